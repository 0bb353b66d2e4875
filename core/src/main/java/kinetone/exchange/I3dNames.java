package kinetone.exchange;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kinetone.checkpoint.convert.JudgeNaming;
import kinetone.checkpoint.convert.Naming;

/** What hassony2/kinetics_i3d_pytorch, of which StyleGAN-V's file is, calls the parts of I3D. */
final class I3dNames {
  private static final Map<String, String> BRANCHES =
      Map.of(
          "b0", "branch_0",
          "b1a", "branch_1.0",
          "b1b", "branch_1.1",
          "b2a", "branch_2.0",
          "b2b", "branch_2.1",
          "b3b", "branch_3.1");

  static final Naming HASSONY2 = new JudgeNaming("hassony2", I3dNames::theirs, Set.of(), List.of());

  private I3dNames() {}

  private static String theirs(String name) {
    String[] parts = name.split("\\.", -1);
    parts[0] =
        parts[0].equals("logits")
            ? "conv3d_0c_1x1"
            : Character.toLowerCase(parts[0].charAt(0)) + parts[0].substring(1);
    for (int i = 1; i < parts.length; i++) {
      parts[i] = parts[i].equals("bn") ? "batch3d" : BRANCHES.getOrDefault(parts[i], parts[i]);
    }
    return String.join(".", parts);
  }
}
