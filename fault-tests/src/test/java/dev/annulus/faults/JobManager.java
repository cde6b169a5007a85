package dev.annulus.faults;

import java.io.File;
import org.apache.flink.client.deployment.application.ApplicationClusterEntryPoint;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import org.apache.flink.runtime.entrypoint.ClusterEntrypoint;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;

/**
 * A JobManager of its own in application mode, as the image {@code ring-sink} runs it. Flink's own
 * main class for that is in no published artefact but the distribution of 120 MB.
 */
final class JobManager extends ApplicationClusterEntryPoint {
  private JobManager(Configuration configuration, PackagedProgram program) {
    super(configuration, program, StandaloneResourceManagerFactory.getInstance());
  }

  /**
   * Runs until the job ends.
   *
   * @param args directory of Flink's configuration, the job's jar, its main class, its arguments
   */
  public static void main(String[] args) throws Exception {
    Configuration configuration = GlobalConfiguration.loadConfiguration(args[0]);
    FileSystem.initialize(
        configuration, PluginUtils.createPluginManagerFromRootFolder(configuration));
    installSecurityContext(configuration);
    String[] arguments = new String[args.length - 3];
    System.arraycopy(args, 3, arguments, 0, arguments.length);
    PackagedProgram job =
        PackagedProgram.newBuilder()
            .setJarFile(new File(args[1]))
            .setEntryPointClassName(args[2])
            .setArguments(arguments)
            .setConfiguration(configuration)
            .setSavepointRestoreSettings(SavepointRestoreSettings.fromConfiguration(configuration))
            .build();
    configureExecution(configuration, job);
    ClusterEntrypoint.runClusterEntrypoint(new JobManager(configuration, job));
  }
}
