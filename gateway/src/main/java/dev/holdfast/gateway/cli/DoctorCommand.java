package dev.holdfast.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.config.Checked;
import dev.holdfast.config.ConfigFile;
import dev.holdfast.config.Host;
import dev.holdfast.config.ListenerConfig;
import dev.holdfast.config.Settings;
import dev.holdfast.gateway.doctor.Diagnosis;
import dev.holdfast.gateway.doctor.Machine;
import dev.holdfast.words.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast doctor}. */
@Command(
    name = "doctor",
    description = "Says how many sessions a node can hold here, and what is in the way of more.",
    footer = {
      "",
      "Exit codes: 0 all is well; 1 there are warnings; 2 it cannot run as configured."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Judge by this configuration.")
  private @Nullable Path file;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    Settings settings = null;
    if (file != null) {
      Checked<Settings> checked = ConfigFile.read(file, Host.here());
      checked.found().forEach(fault -> console.err().println(fault));
      if (!(checked instanceof Checked.Good<Settings> good)) {
        return Exit.IMPOSSIBLE;
      }
      settings = good.value();
    }
    Diagnosis diagnosis = Diagnosis.of(Machine.here(), settings, faults(settings));
    if (json) {
      console.out().println(new ObjectMapper().writeValueAsString(body(diagnosis)));
    } else {
      print(diagnosis);
    }
    return !diagnosis.faults().isEmpty()
        ? Exit.IMPOSSIBLE
        : diagnosis.warnings().isEmpty() ? Exit.DONE : Exit.NO;
  }

  /**
   * Addresses that are none of this machine; whether ports are free is for the start to find out.
   */
  private static List<Diagnosis.Finding> faults(@Nullable Settings settings) {
    List<Diagnosis.Finding> found = new ArrayList<>();
    if (settings == null) {
      return found;
    }
    settings
        .node()
        .sourceAddresses()
        .forEach(
            (pool, addresses) ->
                addresses.forEach(
                    address -> mustBeOurs(found, "node.source-addresses." + pool, address)));
    for (ListenerConfig listener : settings.shared().listeners()) {
      HostPort own = settings.node().listeners().get(listener.name());
      for (HostPort bind : own == null ? listener.bind() : List.of(own)) {
        mustBeOurs(found, "listeners[" + listener.name() + "].bind", bind.host());
      }
    }
    return found;
  }

  private static void mustBeOurs(List<Diagnosis.Finding> found, String name, String host) {
    try {
      if (Host.has(InetAddress.getByName(host))) {
        return;
      }
    } catch (UnknownHostException e) {
      // neither is it one of ours
    }
    found.add(
        new Diagnosis.Finding(
            name, host, "an address of this machine", "ip address add " + host + " dev ..."));
  }

  private void print(Diagnosis diagnosis) {
    Columns columns = new Columns("LIMIT", "SET TO", "SESSIONS", "RAISE IT BY");
    for (Diagnosis.Limit limit : diagnosis.limits()) {
      columns.row(limit.name(), limit.value(), limit.sessions(), limit.remedy());
    }
    columns.print(console.out());
    console.out().println();
    console
        .out()
        .println(
            "this node can hold %d sessions; what binds first: %s"
                .formatted(diagnosis.sessions(), diagnosis.binding().name()));
    diagnosis.warnings().forEach(finding -> console.out().println("warning: " + text(finding)));
    diagnosis.faults().forEach(finding -> console.out().println("fault: " + text(finding)));
  }

  private static String text(Diagnosis.Finding finding) {
    String remedy = finding.remedy().isEmpty() ? "" : " try: " + finding.remedy();
    return "%s: %s (expected: %s)%s"
        .formatted(finding.name(), finding.value(), finding.expected(), remedy);
  }

  private static Map<String, Object> body(Diagnosis diagnosis) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("sessions", diagnosis.sessions());
    body.put("binding", diagnosis.binding().name());
    body.put("limits", diagnosis.limits());
    body.put("warnings", diagnosis.warnings());
    body.put("faults", diagnosis.faults());
    return body;
  }
}
