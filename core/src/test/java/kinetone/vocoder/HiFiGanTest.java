package kinetone.vocoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.latent.Gradients;
import kinetone.latent.loss.CodecObjective.Value;
import kinetone.latent.loss.Discriminators;
import kinetone.latent.loss.SpectralLossConfig;
import kinetone.nn.WeightNorm;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Differentiation;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HiFiGanTest {
  private static final HiFiGanConfig NARROW = narrow(HiFiGanConfig.AUDIO_LDM);
  private final Rng rng = new Rng(3);

  @TempDir Path folder;

  @AfterEach
  void close() {
    rng.close();
  }

  @Test
  void audio_ldms_generator_has_the_parameters_and_tensors_of_its_weights() {
    assertThat(HiFiGanConfig.AUDIO_LDM.parameterCount()).isEqualTo(55_264_897);
    HiFiGan net = new HiFiGan(NARROW, rng);
    Map<String, Tensor> weights = StateDict.of(net);
    assertThat(weights).hasSize(194);
    assertThat(weights)
        .containsKeys("conv_pre.weight", "ups.4.bias", "resblocks.14.convs2.2.weight")
        .containsKey("conv_post.bias");
    assertThat(weights.get("ups.0.weight").shape()).containsExactly(32, 16, 16);
    net.close();
  }

  @Test
  void the_arithmetic_agrees_with_networks_really_built() {
    for (HiFiGanConfig config : List.of(NARROW, HiFiGanConfig.TINY)) {
      HiFiGan net = new HiFiGan(config, rng);
      assertThat(StateDict.parameterCount(net)).isEqualTo(config.parameterCount());
      net.close();
    }
  }

  @Test
  void the_tiny_generator_is_small_enough_to_ship() {
    assertThat(HiFiGanConfig.TINY.parameterCount()).isBetween(500_000L, 1_200_000L);
    assertThat(HiFiGanConfig.TINY.hop()).isEqualTo(160);
  }

  @Test
  void audio_ldms_generator_adds_32_samples_and_the_tiny_one_none() {
    assertThat(HiFiGanConfig.AUDIO_LDM.samples(816)).isEqualTo(130_592);
    assertThat(HiFiGanConfig.TINY.samples(816)).isEqualTo(130_560);
    HiFiGan audioLdm = new HiFiGan(NARROW, rng);
    HiFiGan tiny = new HiFiGan(HiFiGanConfig.TINY, rng);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      assertThat(audioLdm.forward(rng.normal(1, 9, 64)).shape()).containsExactly(1, 9 * 160 + 32);
      Tensor sound = tiny.forward(rng.normal(2, 9, 64));
      assertThat(sound.shape()).containsExactly(2, 9 * 160);
      assertThat(sound.abs().max().item_float()).isLessThanOrEqualTo(1);
    }
    audioLdm.close();
    tiny.close();
  }

  @Test
  void a_vocoder_comes_back_from_its_folder_with_the_spectrograms_it_expects() {
    HiFiGan net = new HiFiGan(NARROW, rng);
    VocoderFolder.save(folder, net, MelFrontEndConfig.AUDIO_LDM, ScalarType.Float);
    VocoderFolder.Loaded loaded = VocoderFolder.load(folder);
    assertThat(loaded.frontEnd()).isEqualTo(MelFrontEndConfig.AUDIO_LDM);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor mel = rng.normal(1, 4, 64);
      assertThat(loaded.generator().forward(mel).equal(net.forward(mel))).isTrue();
    }
    assertThatThrownBy(
            () -> VocoderFolder.save(folder, net, MelFrontEndConfig.DIFF_FOLEY, ScalarType.Float))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("64 bands at a hop of 160 but the front end gives 128 at 256");
  }

  @Test
  void half_a_pair_of_normalised_weights_is_an_error_that_names_the_other() {
    try (TensorScope scope = TensorScope.open()) {
      assertThatThrownBy(() -> WeightNorm.fold(Map.of("a.weight_v", rng.normal(2, 2))))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("not a.weight_g");
    }
  }

  @Test
  void lists_that_do_not_fit_are_refused_and_a_config_survives_json() throws Exception {
    HiFiGanConfig tiny = HiFiGanConfig.TINY;
    String json = Json.MAPPER.writeValueAsString(tiny);
    assertThat(Json.MAPPER.readValue(json, HiFiGanConfig.class)).isEqualTo(tiny);
    assertThatThrownBy(
            () ->
                new HiFiGanConfig(
                    64, 128, List.of(5, 4), List.of(11), List.of(3), List.of(1), 0.01))
        .hasMessageContaining("2 rates but 1 upKernels");
  }

  @Test
  void losses_reach_every_weight_of_generator_and_discriminators() {
    HiFiGan net = new HiFiGan(HiFiGanGoldenTest.config(0.01), rng);
    Discriminators networks = new DiscriminatorConfig(List.of(2, 3), 2, 32).build(rng);
    VocoderLossConfig config =
        new VocoderLossConfig(45, 1, SpectralLossConfig.linear(16000), 1, 2, 1);
    MelFrontEndConfig frontEnd = MelFrontEndConfig.AUDIO_LDM;
    try (VocoderObjective objective =
            new VocoderObjective(net, Optional.of(networks), config, frontEnd);
        TensorScope scope = TensorScope.open()) {
      Tensor mel = rng.normal(2, 200, 8);
      Tensor sound = rng.normal(2, 2000);
      assertThat(objective.generator(mel, sound, 0).parts()).containsOnlyKeys("mel", "spectrum");
      Value value = objective.generator(mel, sound, 1);
      assertThat(value.parts()).containsOnlyKeys("mel", "spectrum", "adversarial", "features");
      Gradients.assertReachEveryParameter(net, value.total());
      networks.zero_grad(true);
      Differentiation.backward(objective.discriminator(mel, sound, 0).total());
      assertThat(StateDict.parameters(networks).values())
          .noneMatch(parameter -> parameter.grad().defined());
      Gradients.assertReachEveryParameter(networks, objective.discriminator(mel, sound, 1).total());
    }
  }

  private static HiFiGanConfig narrow(HiFiGanConfig config) {
    return new HiFiGanConfig(
        config.bands(),
        32,
        config.rates(),
        config.upKernels(),
        config.kernels(),
        config.dilations(),
        config.lastSlope());
  }
}
