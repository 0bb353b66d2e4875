package kinetone.model.avdit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.full;
import static org.bytedeco.pytorch.global.torch.zeros;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.model.dit.DiTConfig;
import kinetone.nn.Golden;
import kinetone.nn.Init;
import kinetone.tensor.GradientCheckpoints;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** The golden comes from {@code goldens/av_dit.py}: facebookresearch/DiT, peft, timm. */
class AdapterAvDiTTest {
  private static final DiTConfig BASE = new DiTConfig(2, 32, 2, 2, 8, 4, 3);
  private static final AdapterAvDiTConfig.Adapter QUARTER =
      new AdapterAvDiTConfig.Adapter(0.25, null);
  private static final List<AdapterAvDiTConfig.JointHead> ACROSS =
      List.of(new AdapterAvDiTConfig.JointHead(2.0, true));
  private static final AdapterAvDiTConfig.LowRank RANK_4 =
      new AdapterAvDiTConfig.LowRank(4, 6, null);
  private static final AdapterAvDiTConfig SMALL =
      new AdapterAvDiTConfig(
          BASE,
          3,
          new AdapterAvDiTConfig.Audio(6, 4, 2, 2),
          new AdapterAvDiTConfig.TemporalAttention(null),
          Map.of(Place.AUDIO_ATTENTION, RANK_4, Place.JOINT_ATTENTION, RANK_4),
          Map.of(
              Place.VIDEO_ATTENTION, QUARTER,
              Place.AUDIO_ATTENTION, QUARTER,
              Place.JOINT_ATTENTION, QUARTER,
              Place.VIDEO_MLP, QUARTER,
              Place.AUDIO_MLP, QUARTER));

  @Test
  void the_whole_network_agrees_with_dit_peft_and_timm_and_wrong_ones_do_not() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("avdit", "avdit");
      AdapterAvDiT net = golden.fill(new AdapterAvDiT(SMALL, new Rng(1)));
      assertThat(errors(golden, net)).allMatch(error -> error < Golden.TOLERANCE);

      Map<String, Tensor> weights = StateDict.of(net);
      swap(weights, "blocks.1.audio_attention_update.", "blocks.1.joint_attention_update.");
      assertThat(errors(golden, net)).as("updates swapped").allMatch(AdapterAvDiTTest::isWrong);
      golden.fill(net);
      swap(weights, "blocks.0.video_mlp_adapter.", "blocks.0.video_attention_adapter.");
      assertThat(errors(golden, net)).as("adapters swapped").allMatch(AdapterAvDiTTest::isWrong);
      golden.fill(net);
      weights.get("frame_pos_embed").zero_();
      assertThat(errors(golden, net).get(0)).as("frames without an order").matches(e -> isWrong(e));
      golden.fill(net);
      weights.get("audio_pos_embed").copy_(weights.get("audio_pos_embed").flip(1));
      assertThat(errors(golden, net).get(1)).as("sound backwards").matches(e -> isWrong(e));
      golden.fill(net);
      weights.get("blocks.0.joint_attention_adapter.up.weight").zero_();
      weights.get("blocks.0.joint_attention_adapter.up.bias").zero_();
      assertThat(errors(golden, net)).as("not joined").allMatch(AdapterAvDiTTest::isWrong);
    }
  }

  private static boolean isWrong(double error) {
    return error > 100 * Golden.TOLERANCE;
  }

  private static void swap(Map<String, Tensor> weights, String one, String other) {
    weights.forEach(
        (name, tensor) -> {
          if (name.startsWith(one)) {
            Tensor its = weights.get(other + name.substring(one.length()));
            Tensor mine = tensor.clone();
            tensor.copy_(its);
            its.copy_(mine);
          }
        });
  }

  /** Of pictures and of sound. */
  private static List<Double> errors(Golden golden, AdapterAvDiT net) {
    Latents noisy = Latents.of(golden.get("video"), golden.get("audio"));
    Tensor level = golden.get("t").add(new Scalar(1)).unsqueeze(1);
    NoiseLevels levels =
        NoiseLevels.of(
            Map.of(
                Modality.VIDEO, level.repeat(1, SMALL.frames()),
                Modality.AUDIO, level.repeat(1, SMALL.audio().length())));
    Denoiser.Prediction made =
        net.predict(noisy, levels, Conditions.NONE.withLabels(golden.get("labels")));
    return List.of(
        golden.error(whole(made, Modality.VIDEO), "expected_video"),
        golden.error(whole(made, Modality.AUDIO), "expected_audio"));
  }

  private static Tensor whole(Denoiser.Prediction made, Modality modality) {
    return cat(
        new TensorVector(made.noise().get(modality), made.variance().orElseThrow().get(modality)),
        -1);
  }

  @Test
  void a_fresh_network_is_the_picture_model_frame_by_frame_and_no_sound() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(3)) {
      AdapterAvDiT net = new AdapterAvDiT(SMALL, rng);
      fill(net.base(), rng);
      Latents noisy = latents(rng);
      NoiseLevels levels = levels(2, 700);
      Tensor labels = Tensors.of(new long[] {2, 0}, 2);
      Conditions conditions = Conditions.NONE.withLabels(labels);
      Denoiser.Prediction made = net.predict(noisy, levels, conditions);
      Denoiser.Prediction expected = net.base().predict(noisy, levels, conditions);
      assertThat(distance(made.noise().video(), expected.noise().video())).isLessThan(1e-5);
      assertThat(
              distance(
                  made.variance().orElseThrow().video(), expected.variance().orElseThrow().video()))
          .isLessThan(1e-5);
      assertThat(made.noise().audio().abs().max().item_float()).isZero();
      assertThat(
              distance(
                  net.base().predict(noisy, levels, Conditions.NONE).noise().video(),
                  expected.noise().video()))
          .as("another class is seen")
          .isGreaterThan(1e-3);

      Tensor temporal = StateDict.of(net).get("blocks.1.temporal.attn.proj.weight");
      Init.normal(temporal, 0.1, rng);
      assertThat(
              distance(
                  net.predict(noisy, levels, conditions).noise().video(), expected.noise().video()))
          .as("a trained part is heard")
          .isGreaterThan(1e-3);
    }
  }

  @Test
  void dropped_labels_are_those_of_no_class() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(3)) {
      AdapterAvDiT net = new AdapterAvDiT(SMALL, rng);
      fill(net.base(), rng);
      Latents noisy = latents(rng);
      NoiseLevels levels = levels(2, 700);
      Conditions labelled = Conditions.NONE.withLabels(Tensors.of(new long[] {2, 0}, 2));
      Tensor keep = Tensors.of(new long[] {0, 1}, 2).to(ScalarType.Bool);
      Tensor made = net.predict(noisy, levels, labelled.withKeep(keep)).noise().video();
      Tensor none = net.predict(noisy, levels, Conditions.NONE).noise().video();
      Tensor all = net.predict(noisy, levels, labelled).noise().video();
      assertThat(distance(made.get(0), none.get(0))).isZero();
      assertThat(distance(made.get(1), all.get(1))).isZero();
      assertThat(distance(none.get(0), all.get(0))).isGreaterThan(1e-3);
    }
  }

  @Test
  void the_papers_size_trains_as_many_numbers_as_derived_and_freezes_those_of_dit() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = Rng.none()) {
      AdapterAvDiT net = new AdapterAvDiT(AdapterAvDiTPresets.of("av-dit-xl-2"), rng);
      net.freezeBase();
      Map<String, Tensor> parameters = StateDict.parameters(net);
      long trained =
          parameters.values().stream().filter(Tensor::requires_grad).mapToLong(Tensor::numel).sum();
      long all = parameters.values().stream().mapToLong(Tensor::numel).sum();
      // 28 (4 D² + 4 D) of temporal attention, 28 · 2 adapters of 72 numbers, 28 updates of rank 8
      // of qkv and proj, patches and head of sound.
      long d = 1152;
      long derived =
          28 * (4 * d * d + 4 * d)
              + 28 * 2 * (2 * 72 * d + 72 + d)
              + 28 * 8 * (d + 3 * d + d + d)
              + (8 * 4 * d + d)
              + (d * 64 + 64);
      assertThat(trained).isEqualTo(derived).isBetween(159_750_000L, 159_850_000L);
      // The count of the public checkpoint has the 256 positions, which are fixed.
      assertThat(all - trained).isEqualTo(675_129_632L - 256 * d);
    }
  }

  @Test
  void only_inserted_parts_get_gradients() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3)) {
      AdapterAvDiT net = new AdapterAvDiT(SMALL, rng);
      try (NoGradGuard noGrad = new NoGradGuard()) {
        fill(net, rng);
      }
      net.freezeBase();
      Denoiser.Prediction made = net.predict(latents(rng), levels(2, 500), Conditions.NONE);
      made.noise().video().square().mean().add(made.noise().audio().square().mean()).backward();
      Set<String> without = new TreeSet<>();
      StateDict.parameters(net)
          .forEach(
              (name, p) -> {
                if (!p.grad().defined() || p.grad().abs().max().item_float() == 0) {
                  without.add(name);
                }
              });
      assertThat(without).isNotEmpty().allMatch(name -> name.startsWith("base."));
      assertThat(StateDict.parameters(net).keySet().stream().filter(n -> n.startsWith("base.")))
          .allMatch(without::contains);
    }
  }

  @Test
  void checkpointed_gradients_are_the_plain_ones() {
    for (boolean frozen : new boolean[] {true, false}) {
      Map<String, float[]> plain = gradients(frozen, false);
      Map<String, float[]> again = gradients(frozen, true);
      assertThat(again.keySet()).isEqualTo(plain.keySet()).hasSizeGreaterThan(20);
      assertThat(plain.keySet().stream().anyMatch(n -> n.startsWith("base.t_embedder")))
          .isEqualTo(!frozen);
      again.forEach(
          (name, values) -> {
            float[] expected = plain.get(name);
            double largest = 0;
            double error = 0;
            for (int k = 0; k < values.length; k++) {
              largest = Math.max(largest, Math.abs(expected[k]));
              error = Math.max(error, Math.abs(values[k] - expected[k]));
            }
            assertThat(error).as(name).isLessThan(1e-5 * largest);
          });
    }
  }

  private static Map<String, float[]> gradients(boolean frozen, boolean checkpointed) {
    try (TensorScope scope = TensorScope.open();
        GradientCheckpoints checkpoints = new GradientCheckpoints();
        Rng rng = new Rng(3)) {
      AdapterAvDiT net = new AdapterAvDiT(SMALL, rng);
      try (NoGradGuard noGrad = new NoGradGuard()) {
        fill(net, rng);
      }
      if (frozen) {
        net.freezeBase();
      }
      Denoiser.Prediction made =
          (checkpointed ? net.checkpointed(checkpoints) : net)
              .predict(
                  latents(rng),
                  levels(2, 500),
                  Conditions.NONE.withLabels(Tensors.of(new long[] {2, 0}, 2)));
      made.noise().video().square().mean().add(made.noise().audio().square().mean()).backward();
      checkpoints.backward(Supplier::get);
      Map<String, float[]> gradients = new TreeMap<>();
      StateDict.parameters(net)
          .forEach(
              (name, p) -> {
                if (p.grad().defined()) {
                  gradients.put(name, Tensors.toFloats(p.grad()));
                }
              });
      return gradients;
    }
  }

  @Test
  void parts_are_where_the_configuration_says() {
    AdapterAvDiTConfig config =
        new AdapterAvDiTConfig(
            BASE,
            3,
            SMALL.audio(),
            new AdapterAvDiTConfig.TemporalAttention(new AdapterAvDiTConfig.Blocks(1, 1)),
            null,
            Map.of(
                Place.AUDIO_MLP,
                new AdapterAvDiTConfig.Adapter(0.5, new AdapterAvDiTConfig.Blocks(0, 0))));
    assertThat(StateDict.parameters(new AdapterAvDiT(config, new Rng(1))).keySet())
        .filteredOn(name -> name.startsWith("blocks."))
        .containsExactlyInAnyOrder(
            "blocks.1.temporal.attn.qkv.weight",
            "blocks.1.temporal.attn.qkv.bias",
            "blocks.1.temporal.attn.proj.weight",
            "blocks.1.temporal.attn.proj.bias",
            "blocks.0.audio_mlp_adapter.down.weight",
            "blocks.0.audio_mlp_adapter.down.bias",
            "blocks.0.audio_mlp_adapter.up.weight",
            "blocks.0.audio_mlp_adapter.up.bias");
  }

  @Test
  void told_the_time_sound_hears_in_which_order_frames_come() {
    assertThat(changeOfSoundWhenFramesSwap(null)).as("frames have no order").isLessThan(1e-5);
    assertThat(changeOfSoundWhenFramesSwap(true)).isGreaterThan(1e-3);
  }

  private static double changeOfSoundWhenFramesSwap(Boolean jointTime) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(3)) {
      AdapterAvDiT net = new AdapterAvDiT(timed(jointTime), rng);
      fill(net, rng);
      Latents noisy = latents(rng);
      NoiseLevels levels = levels(2, 700);
      Latents swapped = Latents.of(noisy.video().flip(1), noisy.audio());
      Tensor one = net.predict(noisy, levels, Conditions.NONE).noise().audio();
      return distance(net.predict(swapped, levels, Conditions.NONE).noise().audio(), one);
    }
  }

  /** As many moments of sound as frames, no other order among frames. */
  private static AdapterAvDiTConfig timed(Boolean jointTime) {
    return timed(jointTime, List.of());
  }

  private static AdapterAvDiTConfig timed(
      Boolean jointTime, List<AdapterAvDiTConfig.JointHead> heads) {
    return new AdapterAvDiTConfig(
        BASE, 3, SMALL.audio(), null, SMALL.updates(), SMALL.adapters(), jointTime, heads);
  }

  @Test
  void picture_and_sound_of_one_moment_are_told_the_same_time() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3)) {
      Map<String, Tensor> told = StateDict.of(new AdapterAvDiT(timed(true), rng));
      Tensor times = told.get("joint_time_embed").squeeze(0);
      int places = BASE.side() * BASE.side();
      for (int frame = 0; frame < 3; frame++) {
        float[] seen = Tensors.toFloats(times.get((long) frame * places + 1));
        float[] heard = Tensors.toFloats(times.get(3L * places + 2L * frame));
        assertThat(heard).isEqualTo(seen);
      }
      assertThat(Tensors.toFloats(times.get(0))).isNotEqualTo(Tensors.toFloats(times.get(places)));
      assertThat(StateDict.of(new AdapterAvDiT(SMALL, rng))).doesNotContainKey("joint_time_embed");
    }
  }

  @Test
  void where_scores_fall_steeply_with_time_sound_hears_only_the_frame_of_its_moment() {
    assertThat(changeOfSoundWhenTheLastFrameChanges(null)).allMatch(change -> change > 1e-3);
    List<Double> steep = changeOfSoundWhenTheLastFrameChanges(100.0);
    assertThat(steep.subList(0, 2)).allMatch(change -> change < 1e-6);
    assertThat(steep.get(2)).isGreaterThan(1e-3);
  }

  /** By moment, of a network in which sound is heard by sound only before it hears frames. */
  private static List<Double> changeOfSoundWhenTheLastFrameChanges(Double slope) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(3)) {
      DiTConfig oneBlock = new DiTConfig(1, 32, 2, 2, 8, 4, 3);
      AdapterAvDiT net =
          new AdapterAvDiT(
              new AdapterAvDiTConfig(
                  oneBlock,
                  3,
                  SMALL.audio(),
                  null,
                  null,
                  SMALL.adapters(),
                  null,
                  List.of(new AdapterAvDiTConfig.JointHead(slope, null))),
              rng);
      fill(net, rng);
      Latents noisy = latents(rng);
      NoiseLevels levels = levels(2, 700);
      Tensor video = noisy.video().clone();
      video.narrow(1, 2, 1).neg_();
      Tensor one = net.predict(noisy, levels, Conditions.NONE).noise().audio();
      Tensor other =
          net.predict(Latents.of(video, noisy.audio()), levels, Conditions.NONE).noise().audio();
      return IntStream.range(0, 3)
          .mapToObj(
              moment -> distance(other.narrow(1, 2L * moment, 2), one.narrow(1, 2L * moment, 2)))
          .toList();
    }
  }

  @Test
  void each_modality_is_told_its_own_level_and_the_other_hears_of_it_through_the_joint_attention() {
    Map<Place, AdapterAvDiTConfig.Adapter> apart = new EnumMap<>(SMALL.adapters());
    apart.remove(Place.JOINT_ATTENTION);
    for (Modality changed : Modality.values()) {
      Map<Modality, Double> alone = changesWithTheLevelOf(changed, apart);
      assertThat(alone.remove(changed)).isGreaterThan(1e-3);
      assertThat(alone.values()).containsOnly(0.0);
      assertThat(changesWithTheLevelOf(changed, SMALL.adapters()).values())
          .allMatch(change -> change > 1e-5);
    }
  }

  private static Map<Modality, Double> changesWithTheLevelOf(
      Modality changed, Map<Place, AdapterAvDiTConfig.Adapter> adapters) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(3)) {
      AdapterAvDiT net = new AdapterAvDiT(with(Map.of(), adapters), rng);
      fill(net, rng);
      Latents noisy = latents(rng);
      NoiseLevels same = levels(2, 700);
      Map<Modality, Tensor> one = new EnumMap<>(Modality.class);
      for (Modality modality : Modality.values()) {
        Tensor level = same.get(modality);
        one.put(modality, modality == changed ? zeros_like(level) : level);
      }
      Latents before = net.predict(noisy, same, Conditions.NONE).noise();
      Latents after = net.predict(noisy, NoiseLevels.of(one), Conditions.NONE).noise();
      Map<Modality, Double> changes = new EnumMap<>(Modality.class);
      for (Modality modality : Modality.values()) {
        changes.put(modality, distance(after.get(modality), before.get(modality)));
      }
      return changes;
    }
  }

  @Test
  void scores_fall_with_time_and_where_a_head_looks_across_its_own_modality_counts_for_nothing() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor like = zeros(1);
      int places = BASE.side() * BASE.side();
      int video = 3 * places;
      int lastSound = video + 5;
      AdapterAvDiTConfig.JointHead slow = new AdapterAvDiTConfig.JointHead(2.0, null);
      AdapterAvDiTConfig.JointHead across = new AdapterAvDiTConfig.JointHead(2.0, true);
      Tensor scores = new JointScores(timed(null, List.of(slow, across))).like(like);
      float[] ofFirst = Tensors.toFloats(scores.get(0).get(0));
      assertThat(ofFirst).hasSize(video + 6);
      assertThat(ofFirst[places - 1]).as("of one frame").isZero();
      assertThat(ofFirst[places]).as("the next frame").isEqualTo(-2);
      assertThat(ofFirst[video]).as("sound of the same moment").isZero();
      assertThat(ofFirst[lastSound]).as("the last sound").isEqualTo(-4);
      Tensor shares = scores.get(1).softmax(1);
      assertThat(shares.get(0).narrow(0, 0, video).sum().item_float()).isZero();
      assertThat(shares.get(lastSound).narrow(0, video, 6).sum().item_float()).isZero();
      assertThat(shares.get(0).get(video).item_float())
          .isGreaterThan(shares.get(0).get(lastSound).item_float());
    }
  }

  @Test
  void configurations_are_read_as_they_are_written_and_checked() throws Exception {
    for (AdapterAvDiTConfig config :
        List.of(SMALL, timed(true), timed(true, ACROSS), AdapterAvDiTPresets.XL_2)) {
      String text = Json.MAPPER.writeValueAsString(config);
      assertThat(Json.MAPPER.readValue(text, AdapterAvDiTConfig.class)).isEqualTo(config);
    }
    assertRefused("the base has blocks 0 to 1", () -> new AdapterAvDiTConfig.Blocks(1, 2), false);
    assertRefused("above 0 and at most 4", () -> null, true);
    assertThatThrownBy(() -> with(Map.of(Place.AUDIO_MLP, RANK_4), SMALL.adapters()))
        .hasMessageContaining("low-rank updates are for attention");
    assertThatThrownBy(() -> with(Map.of(Place.JOINT_ATTENTION, RANK_4), Map.of()))
        .hasMessageContaining("needs adapters.JOINT_ATTENTION");
    assertThatThrownBy(() -> new AdapterAvDiTConfig.JointHead(Double.NaN, null))
        .hasMessageContaining("timeSlope");
    assertThatThrownBy(() -> timed(null, List.of(ACROSS.get(0), ACROSS.get(0), ACROSS.get(0))))
        .hasMessageContaining("one for each of the 2 heads");
  }

  private static void assertRefused(
      String message, Supplier<AdapterAvDiTConfig.Blocks> blocks, boolean wrongRatio) {
    assertThatThrownBy(
            () ->
                with(
                    Map.of(),
                    Map.of(
                        Place.AUDIO_MLP,
                        new AdapterAvDiTConfig.Adapter(wrongRatio ? 0 : 0.5, blocks.get()))))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
  }

  private static AdapterAvDiTConfig with(
      Map<Place, AdapterAvDiTConfig.LowRank> updates,
      Map<Place, AdapterAvDiTConfig.Adapter> adapters) {
    return new AdapterAvDiTConfig(BASE, 3, SMALL.audio(), null, updates, adapters);
  }

  private static void fill(Module net, Rng rng) {
    StateDict.parameters(net).values().forEach(p -> Init.normal(p, 0.1, rng));
  }

  private static Latents latents(Rng rng) {
    return Latents.of(rng.normal(2, 3, 8, 8, 4), rng.normal(2, 6, 4, 2));
  }

  private static NoiseLevels levels(long batch, long level) {
    TensorOptions whole = new TensorOptions(ScalarType.Long);
    return NoiseLevels.of(
        Map.of(
            Modality.VIDEO, full(new long[] {batch, 3}, new Scalar(level), whole),
            Modality.AUDIO, full(new long[] {batch, 6}, new Scalar(level), whole)));
  }

  private static double distance(Tensor one, Tensor other) {
    double scale = other.abs().max().item_float();
    return one.sub(other).abs().max().item_float() / Math.max(scale, 1e-12);
  }
}
