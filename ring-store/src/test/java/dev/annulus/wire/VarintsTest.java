package dev.annulus.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class VarintsTest {

  @Property
  void protocolBuffersReadsWhatIsWritten(@ForAll long number) throws Exception {
    byte[] bytes = new byte[1 + Varints.MAX_BYTES];
    int end = Varints.write(bytes, 1, number);
    assertThat(end).isEqualTo(1 + Varints.length(number));
    assertThat(Varints.length(number)).isEqualTo(CodedOutputStream.computeUInt64SizeNoTag(number));
    assertThat(CodedInputStream.newInstance(bytes, 1, end - 1).readRawVarint64()).isEqualTo(number);
  }

  @Property
  void zigzagIsReversible(@ForAll long number) throws Exception {
    byte[] bytes = new byte[Varints.MAX_BYTES];
    int end = Varints.write(bytes, 0, Varints.zigzag(number));
    assertThat(CodedInputStream.newInstance(bytes, 0, end).readSInt64()).isEqualTo(number);
    assertThat(Varints.unzigzag(Varints.zigzag(number))).isEqualTo(number);
  }
}
