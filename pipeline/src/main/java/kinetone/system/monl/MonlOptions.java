package kinetone.system.monl;

import java.util.List;
import kinetone.diffusion.guidance.ReconstructionGuidance;
import kinetone.pipeline.Option;

/** Options of AVDiT models. */
public final class MonlOptions {
  /** How the network learns of what is given. */
  public static final Option<Conditioning> CONDITIONING =
      Option.choice(
          "conditioning",
          Conditioning.CONDITION,
          Conditioning.class,
          "How the network learns of what is given: clean, at noise level 0, or by a baseline,"
              + " replacement or (slower) gradients.");

  /** λ of reconstruction guidance; 0.02 is the largest that did not diverge in the paper. */
  public static final Option<Double> RECONSTRUCTION_WEIGHT =
      Option.number(
          "reconstruction_weight", 0.02, 0, 100, "Step of the gradients of reconstruction.");

  /** Which published form of reconstruction guidance. */
  public static final Option<ReconstructionGuidance.Form> RECONSTRUCTION_FORM =
      Option.choice(
          "reconstruction_form",
          ReconstructionGuidance.Form.PAPER,
          ReconstructionGuidance.Form.class,
          "Reconstruction as the paper has it, or as the code of MM-Diffusion (weight about 3).");

  /** Clamp of the self-conditioning estimate, which networks in training hear within ± this. */
  public static final Option<Double> ESTIMATE_LIMIT =
      Option.number(
          "estimate_limit",
          6,
          1e-3,
          1e6,
          "Clamp of the self-conditioning estimate, as in training; of no effect on networks without.");

  static final List<Option<?>> ALL =
      List.of(CONDITIONING, RECONSTRUCTION_WEIGHT, RECONSTRUCTION_FORM, ESTIMATE_LIMIT);

  private MonlOptions() {}
}
