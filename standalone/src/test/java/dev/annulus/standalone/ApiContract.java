package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;

/** An OpenAPI 3.1 document that answers are held against. */
final class ApiContract {
  private final ObjectMapper json = new ObjectMapper();
  private final JsonSchemaFactory schemas =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  private final JsonNode document;
  private final Set<String> seen = new TreeSet<>();

  ApiContract(String document) throws IOException {
    this.document = json.readTree(document);
  }

  /** Every operation of the document, such as {@code GET /metrics}. */
  Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (!method.equals("parameters")) {
                            operations.add(method.toUpperCase() + " " + path.getKey());
                          }
                        }));
    return operations;
  }

  /** The operations that have answered with success. */
  Set<String> seen() {
    return seen;
  }

  /** Fails unless an answer is what the document says of its operation, status and media type. */
  void check(String method, String template, HttpResponse<String> answer) {
    String operation = method + " " + template;
    JsonNode responses =
        document.get("paths").path(template).path(method.toLowerCase()).path("responses");
    String status = Integer.toString(answer.statusCode());
    JsonNode response =
        resolved(responses.has(status) ? responses.get(status) : responses.path("default"));
    assertThat(response.isMissingNode())
        .as("%s documents status %s: %s", operation, status, answer.body())
        .isFalse();
    if (answer.statusCode() == 204) {
      assertThat(response.has("content")).as("%s 204 documents content", operation).isFalse();
      seen.add(operation);
      return;
    }
    String media = answer.headers().firstValue("content-type").orElse("").split(";")[0];
    JsonNode content = response.path("content").path(media);
    assertThat(content.isMissingNode())
        .as("%s %s documents %s: %s", operation, status, media, answer.body())
        .isFalse();
    if (media.endsWith("json") && !media.contains("ndjson")) {
      assertThat(violations(content.get("schema"), answer.body()))
          .as("%s %s answered %s", operation, status, answer.body())
          .isEmpty();
    }
    if (answer.statusCode() < 300) {
      seen.add(operation);
    }
  }

  private Set<ValidationMessage> violations(JsonNode schema, String body) {
    JsonNode whole = json.createObjectNode().setAll(asObject(schema));
    ((com.fasterxml.jackson.databind.node.ObjectNode) whole)
        .set("components", document.get("components"));
    try {
      return schemas.getSchema(whole).validate(json.readTree(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode asObject(JsonNode schema) {
    return (com.fasterxml.jackson.databind.node.ObjectNode) schema;
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }
}
