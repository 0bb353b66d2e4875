package kinetone.vocoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.latent.loss.Discriminator;
import kinetone.latent.loss.Discriminator.Output;
import kinetone.nn.WeightNorm;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against AudioLDM's and jik876's HiFi-GAN; generator: goldens/vocoder.py. */
class HiFiGanGoldenTest {
  private static final Path GOLDENS =
      Path.of("src/test/resources/goldens/vocoder/vocoder.safetensors");
  private static final double TOLERANCE = 1e-4;
  private static final int SHRINK = 32;
  private final Rng rng = new Rng(0);
  private final HiFiGan right = new HiFiGan(config(0.01), rng);
  private final HiFiGan wrongSlope = new HiFiGan(config(0.1), rng);
  private final MultiPeriodDiscriminator period =
      new MultiPeriodDiscriminator(List.of(2, 3, 5, 7, 11), SHRINK, rng);
  private final MultiScaleDiscriminator scale = new MultiScaleDiscriminator(3, SHRINK, rng);
  private final MelFrontEnd lossMel = new MelFrontEnd(MelFrontEndConfig.AUDIO_LDM.forLoss());
  private TensorScope scope;
  private Map<String, Tensor> golden;

  static HiFiGanConfig config(double lastSlope) {
    return new HiFiGanConfig(
        8, 32, List.of(5, 2), List.of(16, 4), List.of(3, 7), List.of(1, 3, 5), lastSlope);
  }

  @BeforeEach
  void read() {
    scope = TensorScope.open();
    golden = SafeTensors.read(GOLDENS).tensors();
  }

  @AfterEach
  void close() {
    scope.close();
    lossMel.close();
    rng.close();
  }

  @Test
  void the_generator_with_folded_weights_equals_the_reference() {
    assertThat(error(made(right), "generator")).isLessThan(TOLERANCE);
  }

  @Test
  void another_slope_before_the_last_convolution_is_told_apart() {
    assertThat(error(made(wrongSlope), "generator")).isGreaterThan(10 * TOLERANCE);
  }

  @Test
  void weights_with_plain_names_and_parametrised_names_fold_alike() {
    Map<String, Tensor> hooks =
        Map.of(
            "a.weight_g", Formula.weight("a.weight_g", 4, 1, 1),
            "a.weight_v", Formula.weight("a.weight_v", 4, 2, 3));
    Map<String, Tensor> parametrised =
        Map.of(
            "a.parametrizations.weight.original0", hooks.get("a.weight_g"),
            "a.parametrizations.weight.original1", hooks.get("a.weight_v"));
    Tensor folded = WeightNorm.fold(hooks).get("a.weight");
    assertThat(folded.equal(WeightNorm.fold(parametrised).get("a.weight"))).isTrue();
    Tensor norms = folded.flatten(1, -1).square().sum(1).sqrt();
    assertThat(norms.sub(hooks.get("a.weight_g").flatten()).abs().max().item_double())
        .isLessThan(1e-6);
  }

  @Test
  void the_multi_period_discriminator_and_its_losses_equal_the_reference() {
    assertDiscriminator("period", period);
  }

  @Test
  void the_multi_scale_discriminator_and_its_losses_equal_the_reference() {
    assertDiscriminator("scale", scale);
  }

  @Test
  void the_power_iteration_of_spectral_normalisation_rests_outside_of_training() {
    fill(scale);
    scale.eval();
    scale.discriminate(signal("real"));
    Output second = scale.discriminate(signal("made"));
    assertThat(error(second.logits().get(0).flatten(1, -1), "scale.made.0"))
        .isGreaterThan(10 * TOLERANCE);
  }

  @Test
  void the_mel_loss_has_hifi_gans_framing() {
    assertThat(error(lossMel.logMel(signal("real")), "loss_mel")).isLessThan(TOLERANCE);
    Tensor loss = VocoderObjective.melError(lossMel, signal("real"), signal("made"));
    assertThat(loss.item_double()).isCloseTo(number("mel_error"), within(TOLERANCE));
    try (MelFrontEnd centred = new MelFrontEnd(MelFrontEndConfig.AUDIO_LDM)) {
      assertThat(error(centred.logMel(signal("real")), "loss_mel")).isGreaterThan(TOLERANCE * 10);
    }
  }

  private void assertDiscriminator(String name, Discriminator discriminator) {
    fill(discriminator.module());
    discriminator.module().train(true);
    Output real = discriminator.discriminate(signal("real"));
    Output made = discriminator.discriminate(signal("made"));
    for (int i = 0; i < made.logits().size(); i++) {
      assertThat(error(made.logits().get(i).flatten(1, -1), name + ".made." + i))
          .isLessThan(TOLERANCE);
    }
    assertThat(error(real.features().get(2).flatten(2, -1), name + ".feature"))
        .isLessThan(TOLERANCE);
    assertNumber(VocoderObjective.discriminatorLoss(real, made), name + ".told_apart");
    assertNumber(VocoderObjective.generatorLoss(made), name + ".fooled");
    // The reference's feature loss has its weight of 2 built in.
    assertNumber(
        VocoderObjective.featureMatching(real, made).mul(new Scalar(2.0)), name + ".features");
    assertThat(VocoderObjective.generatorLoss(real).item_double())
        .isNotCloseTo(number(name + ".fooled"), within(1e-6));
  }

  private Tensor made(HiFiGan generator) {
    Map<String, Tensor> weights = Formula.unfolded(StateDict.of(generator));
    StateDict.load("golden", generator, WeightNorm.fold(weights));
    Tensor mel = Formula.values("mel", 2, 8, 12).mul(new Scalar(4.0));
    return generator.forward(mel.transpose(1, 2)).detach();
  }

  private static void fill(Module module) {
    StateDict.load("golden", module, Formula.weights(StateDict.of(module)));
  }

  private static Tensor signal(String name) {
    return Formula.values(name, 2, 2001);
  }

  private double number(String name) {
    return golden.get(name).item_double();
  }

  private void assertNumber(Tensor actual, String name) {
    double expected = number(name);
    assertThat(actual.item_double()).as(name).isCloseTo(expected, within(TOLERANCE * expected));
  }

  /** Largest difference, relative to the largest value. */
  private double error(Tensor actual, String name) {
    Tensor expected = golden.get(name);
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    return actual.detach().sub(expected).abs().max().item_float()
        / expected.abs().max().item_float();
  }
}
