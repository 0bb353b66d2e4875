package kinetone.model.mdsgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.equal;
import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.ones_like;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ClassifierFreeGuidance;
import kinetone.diffusion.guidance.GuidanceScale;
import kinetone.diffusion.loss.Counted;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.HybridLoss;
import kinetone.diffusion.loss.MinSnr;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.loss.PositionWeight;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.model.dit.DiTBlock;
import kinetone.nn.Gelu;
import kinetone.nn.Golden;
import kinetone.nn.attention.SelfAttention;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against triton99/MDSGen and sail-sg/MDT; the files come from {@code goldens/mdsgen.py}. */
class MdsgenGoldenTest {
  private static final double WRONG = 30 * Golden.TOLERANCE;
  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule(1000);

  /** A grid of 6 × 4 tokens; the reference has 12 rows and 8 columns of pixels. */
  private static final MdsgenConfig CONFIG =
      new MdsgenConfig(
          3,
          16,
          2,
          1,
          Gelu.TANH,
          20,
          new MdsgenConfig.Latent(12, 8, 2, 2, MdsgenConfig.Rows.TIME),
          new MdsgenConfig.Features(5, 12));

  private Mdsgen net;
  private TensorScope scope;
  private NoGradGuard noGrad;
  private Golden golden;
  private Conditions conditions;

  @BeforeEach
  void open() {
    net = new Mdsgen(CONFIG, new Rng(1));
    scope = TensorScope.open();
    noGrad = new NoGradGuard();
    golden = Golden.read("mdsgen", "mdsgen");
    golden.fill(net);
    conditions = Conditions.NONE.withFeatures(golden.get("features"));
  }

  @AfterEach
  void close() {
    noGrad.close();
    scope.close();
    net.close();
  }

  /** (B, C, H, W) of the reference to (B, L, F, C). */
  private static Latents latents(Tensor picture) {
    return audio(picture.permute(0, 2, 3, 1).contiguous());
  }

  private static Latents audio(Tensor tensor) {
    return Latents.of(Map.of(Modality.AUDIO, tensor));
  }

  /** The reference counts from 0, we from 1; one level per example. */
  private static NoiseLevels levels(Tensor t, long length) {
    return NoiseLevels.of(
        Map.of(Modality.AUDIO, t.add(new Scalar(1)).unsqueeze(1).repeat(1, length)));
  }

  private Denoiser.Prediction predict(Denoiser denoiser, Conditions conditions) {
    return denoiser.predict(latents(golden.get("x")), levels(golden.get("t"), 12), conditions);
  }

  /** Noise and variance in the layout of the reference. */
  private static Tensor picture(Denoiser.Prediction p) {
    Tensor variance = p.variance().orElseThrow().audio();
    return cat(new TensorVector(p.noise().audio(), variance), -1).permute(0, 3, 1, 2);
  }

  private double error(Denoiser denoiser, String expected) {
    return golden.error(picture(predict(denoiser, conditions)), expected);
  }

  private VisibleTokens visible() {
    return VisibleTokens.of(golden.get("kept"), 24);
  }

  private void change(String parameter, UnaryOperator<Tensor> f) {
    Tensor p = StateDict.parameters(net).get(parameter);
    p.copy_(f.apply(p));
  }

  @Test
  void the_full_pass_agrees_and_needs_the_positions_of_the_decoder() {
    assertThat(error(net, "full")).isLessThan(Golden.TOLERANCE);
    change("decoder_pos_embed", p -> p.mul(new Scalar(0)));
    assertThat(error(net, "full")).as("no decoder_pos_embed").isGreaterThan(WRONG);
  }

  @Test
  void without_features_the_pass_is_the_unconditional_one() {
    Tensor without = picture(predict(net, Conditions.NONE));
    assertThat(golden.error(without, "unconditional")).isLessThan(Golden.TOLERANCE);
    assertThat(golden.error(without, "full")).as("features forgotten").isGreaterThan(WRONG);
    Tensor mixed =
        picture(predict(net, conditions.withKeep(Tensors.of(new long[] {0, 1}, 2).gt(zero()))));
    Tensor expected =
        cat(
            new TensorVector(
                golden.get("unconditional").narrow(0, 0, 1), golden.get("full").narrow(0, 1, 1)),
            0);
    assertThat(mixed.sub(expected).abs().max().item_float()).isLessThan(1e-4f);
  }

  private static Scalar zero() {
    return new Scalar(0L);
  }

  @Test
  void the_masked_pass_agrees_and_needs_the_shortcut_and_the_mask_token() {
    VisibleTokens visible = visible();
    assertThat(equal(visible.masked(), golden.get("mask"))).isTrue();
    assertThat(error(net.masked(visible), "masked")).isLessThan(Golden.TOLERANCE);
    assertThat(error(net, "masked")).as("no mask").isGreaterThan(WRONG);
    VisibleTokens noShortcut = new VisibleTokens(visible.kept(), ones_like(visible.masked()));
    assertThat(error(net.masked(noShortcut), "masked"))
        .as("no masked shortcut")
        .isGreaterThan(WRONG);
    Tensor sorted = visible.kept().argsort(1, false);
    VisibleTokens inOrder = VisibleTokens.of(visible.kept().gather(1, sorted), 24);
    assertThat(error(net.masked(inOrder), "masked"))
        .as("the order of what is kept is of no consequence")
        .isLessThan(Golden.TOLERANCE);
    change("mask_token", p -> p.mul(new Scalar(0)));
    assertThat(error(net.masked(visible), "masked")).as("no mask token").isGreaterThan(WRONG);
  }

  @Test
  void a_grid_with_frequency_in_rows_is_the_same_network_turned() {
    MdsgenConfig turned =
        CONFIG.withLatent(new MdsgenConfig.Latent(8, 12, 2, 2, MdsgenConfig.Rows.FREQUENCY));
    Mdsgen other = golden.fill(new Mdsgen(turned, new Rng(1)));
    Latents noisy = audio(golden.get("x").permute(0, 3, 2, 1).contiguous());
    NoiseLevels levels = levels(golden.get("t"), 8);
    for (String pass : new String[] {"full", "masked"}) {
      Denoiser denoiser = pass.equals("full") ? other : other.masked(visible());
      Tensor out = picture(denoiser.predict(noisy, levels, conditions)).transpose(2, 3);
      assertThat(golden.error(out, pass)).as(pass).isLessThan(Golden.TOLERANCE);
    }
    other.close();
  }

  @Test
  void the_reducer_agrees_and_knows_frames_apart() {
    Tensor features = golden.get("features");
    assertThat(golden.error(net.reduce(features, Optional.empty(), 2), "reduced"))
        .isLessThan(Golden.TOLERANCE);
    assertThat(golden.error(net.reduce(features.flip(1), Optional.empty(), 2), "reduced"))
        .as("frames backwards")
        .isGreaterThan(WRONG);
  }

  @Test
  void fresh_positions_and_the_index_of_distances_are_those_of_the_reference() {
    Mdsgen fresh = new Mdsgen(CONFIG, new Rng(1));
    Map<String, Tensor> state = StateDict.of(fresh);
    assertThat(golden.error(state.get("pos_embed"), "fresh.pos_embed")).isLessThan(1e-6);
    assertThat(golden.error(state.get("decoder_pos_embed"), "fresh.pos_embed")).isLessThan(1e-6);
    String index = "sideblocks.0.attn.rel_pos_bias.relative_position_index";
    assertThat(equal(state.get(index), golden.get("weights." + index))).isTrue();
    assertThat(equal(state.get(index), golden.get("weights." + index).t()))
        .as("distances the other way")
        .isFalse();
    fresh.close();
  }

  @Test
  void drawn_masks_are_those_of_the_reference_for_the_same_seed() {
    MdsgenConfig.Latent latent = CONFIG.latent();
    try (Rng five = new Rng(5);
        Rng six = new Rng(6)) {
      VisibleTokens temporal = new Masking.TemporalAware(0.3).draw(latent, 2, five).orElseThrow();
      assertThat(equal(temporal.kept(), golden.get("kept"))).isTrue();
      VisibleTokens spatial = new Masking.SpatialAware(0.3).draw(latent, 3, six).orElseThrow();
      assertThat(equal(spatial.kept(), golden.get("spatial_kept"))).isTrue();
    }
  }

  @Test
  void a_block_on_a_square_grid_agrees_with_mdt_and_gathers_its_bias() {
    Golden mdt = Golden.read("mdsgen", "block");
    Rng rng = new Rng(1);
    DiTBlock block =
        mdt.fill(new DiTBlock(16, SelfAttention.onGrid(16, 2, 4, 4, rng), Gelu.TANH, rng));
    Tensor c = mdt.get("c");
    Tensor visible = mdt.get("visible");
    Tensor kept = mdt.get("kept");
    assertThat(mdt.error(block.forward(mdt.get("x"), c), "expected")).isLessThan(Golden.TOLERANCE);
    assertThat(mdt.error(block.forward(visible, c, kept), "expected_visible"))
        .isLessThan(Golden.TOLERANCE);
    Tensor first = arange(new Scalar(7)).to(ScalarType.Long).unsqueeze(0).repeat(2, 1);
    assertThat(mdt.error(block.forward(visible, c, first), "expected_visible"))
        .as("bias of the first tokens, not of those kept")
        .isGreaterThan(WRONG);
    Tensor table =
        StateDict.parameters(block).get("attn.rel_pos_bias.relative_position_bias_table");
    table.zero_();
    assertThat(mdt.error(block.forward(mdt.get("x"), c), "expected"))
        .as("no bias")
        .isGreaterThan(WRONG);
  }

  @Test
  void the_losses_of_both_passes_are_those_of_mdts_trainer() {
    assertThat(lossError(new MinSnr(SCHEDULE, 5))).isLessThan(Golden.TOLERANCE);
    assertThat(lossError(PositionWeight.NONE)).as("no min-SNR").isGreaterThan(WRONG);
    assertThat(lossError(new MinSnr(SCHEDULE, 4))).as("another gamma").isGreaterThan(WRONG);
  }

  /** Largest relative error over squared error, bound and sum of both passes. */
  private double lossError(PositionWeight weight) {
    DenoisingLoss loss =
        new HybridLoss(SCHEDULE, new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.ALL, weight));
    double worst = 0;
    for (String pass : new String[] {"full", "masked"}) {
      Denoiser denoiser = pass.equals("full") ? net : net.masked(visible());
      Latents clean = latents(golden.get("clean"));
      Latents noise = latents(golden.get(pass.equals("full") ? "noise" : "noise_masked"));
      NoiseLevels levels = levels(golden.get("steps"), 12);
      Latents noisy = new ForwardProcess(SCHEDULE).q(clean, noise, levels);
      DenoisingLoss.Value value =
          loss.of(
              new DenoisingLoss.Sample(clean, noise, noisy, levels),
              denoiser.predict(noisy, levels, conditions));
      worst = Math.max(worst, golden.error(value.parts().get("audio"), pass + "_mse"));
      worst = Math.max(worst, golden.error(value.parts().get("audio_vlb"), pass + "_vb"));
      worst = Math.max(worst, golden.error(value.total(), pass + "_loss"));
    }
    return worst;
  }

  @Test
  void dynamic_guidance_of_the_network_agrees() {
    assertThat(guided(5, 2)).isLessThan(Golden.TOLERANCE);
    assertThat(guided(5, 0.01)).as("another power").isGreaterThan(WRONG);
    assertThat(guided(1, 2)).as("no guidance").isGreaterThan(WRONG);
  }

  private double guided(double scale, double power) {
    Denoiser denoiser =
        new ClassifierFreeGuidance(
            net,
            SCHEDULE,
            new GuidanceScale.PowerCosine(scale, power),
            Conditions.NONE,
            ClassifierFreeGuidance.ALL_CHANNELS);
    Denoiser.Prediction p =
        denoiser.predict(
            latents(golden.get("x")), levels(ones(2).mul(new Scalar(640)), 12), conditions);
    assertThat(p.variance()).isPresent();
    // The reference guides the variance too, which its sampler throws away.
    Tensor expected = golden.get("guided").narrow(1, 0, 2).permute(0, 2, 3, 1);
    return p.noise().audio().sub(expected).abs().max().item_float()
        / expected.abs().max().item_float();
  }

  @Test
  void guidance_of_all_channels_is_mdsgens_and_of_three_mdts() {
    Golden answers = Golden.read("mdsgen", "guidance");
    assertThat(guidance(answers, ClassifierFreeGuidance.ALL_CHANNELS, "all_channels"))
        .isLessThan(Golden.TOLERANCE);
    assertThat(guidance(answers, 3, "three_channels")).isLessThan(Golden.TOLERANCE);
    assertThat(guidance(answers, ClassifierFreeGuidance.ALL_CHANNELS, "three_channels"))
        .as("all channels in place of three")
        .isGreaterThan(WRONG);
  }

  private static double guidance(Golden answers, int channels, String expected) {
    Denoiser network =
        (noisy, levels, conditions) -> {
          Tensor answer =
              answers.get(conditions.features().isPresent() ? "conditional" : "unconditional");
          return new Denoiser.Prediction(
              latents(answer.narrow(1, 0, 4)), Optional.of(latents(answer.narrow(1, 4, 4))));
        };
    Denoiser.Prediction p =
        new ClassifierFreeGuidance(
                network, SCHEDULE, new GuidanceScale.PowerCosine(5, 1), Conditions.NONE, channels)
            .predict(
                latents(answers.get("conditional").narrow(1, 0, 4)),
                levels(ones(1).mul(new Scalar(640)), 3),
                Conditions.NONE.withFeatures(ones(1, 1, 1)));
    // Networks' samplers use the variance of the conditional pass.
    assertThat(
            equal(
                p.variance().orElseThrow().audio(),
                latents(answers.get("conditional").narrow(1, 4, 4)).audio()))
        .isTrue();
    Tensor reference = answers.get(expected).narrow(1, 0, 4).permute(0, 2, 3, 1);
    return p.noise().audio().sub(reference).abs().max().item_float()
        / reference.abs().max().item_float();
  }
}
