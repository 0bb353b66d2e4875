package kinetone.model.uniform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.pytorch.global.torch.full;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.nn.Init;
import kinetone.tensor.GradientCheckpoints;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class UniFormTest {
  private static final UniFormConfig CONFIG = SmallUniForm.CONFIG;

  @Test
  void the_papers_size_has_stdit3s_parameters_and_three_task_columns() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = Rng.none()) {
      UniForm net = new UniForm(UniFormPresets.of("uniform-xl-2"), rng);
      assertThat(StateDict.parameterCount(net)).isEqualTo(1_207_643_936L + 3 * 32 * 4);
    }
  }

  @Test
  void the_task_follows_from_what_is_given_and_is_heard() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      UniForm net = net(rng);
      Latents z = SmallUniForm.latents(CONFIG, 2, rng);
      Tensor tasks = StateDict.of(net).get("task_embedder.weight");
      for (int task = 0; task < 3; task++) {
        NoiseLevels levels = levels(2, task == 2 ? 0 : 500, task == 1 ? 0 : 500);
        Latents before = net.predict(z, levels, Conditions.NONE).noise();
        for (int changed = 0; changed < 3; changed++) {
          Tensor row = tasks.get(changed);
          row.add_(Tensors.ONE);
          Latents after = net.predict(z, levels, Conditions.NONE).noise();
          row.sub_(Tensors.ONE);
          double distance = distance(before.audio(), after.audio());
          if (changed == task) {
            assertThat(distance).isGreaterThan(1e-4);
          } else {
            assertThat(distance).isLessThan(1e-5);
          }
        }
      }
    }
  }

  @Test
  void each_modality_is_told_its_own_time() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      UniForm net = net(rng);
      // Without attention and tasks, tokens only know their own time.
      StateDict.of(net)
          .forEach(
              (name, t) -> {
                if (name.contains("attn.proj") || name.startsWith("task_embedder")) {
                  t.zero_();
                }
              });
      Latents z = SmallUniForm.latents(CONFIG, 1, rng);
      Latents both = net.predict(z, levels(1, 600, 600), Conditions.NONE).noise();
      Latents sound = net.predict(z, levels(1, 0, 600), Conditions.NONE).noise();
      Latents picture = net.predict(z, levels(1, 600, 0), Conditions.NONE).noise();
      assertThat(distance(sound.audio(), both.audio())).isLessThan(1e-5);
      assertThat(distance(picture.video(), both.video())).isLessThan(1e-5);
      assertThat(distance(sound.video(), both.video())).isGreaterThan(1e-3);
      assertThat(distance(picture.audio(), both.audio())).isGreaterThan(1e-3);
    }
  }

  @Test
  void examples_of_different_tasks_do_not_disturb_each_other() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      UniForm net = net(rng);
      Latents z = SmallUniForm.latents(CONFIG, 2, rng);
      Conditions.Text text = text(2, rng);
      Tensor video = Tensors.of(new long[] {0, 0, 0, 700, 700, 700}, 2, 3);
      Tensor audio = Tensors.of(new long[] {30, 30, 30, 30, 30, 30, 30, 0, 0, 0, 0, 0, 0, 0}, 2, 7);
      Latents both =
          net.predict(
                  z,
                  NoiseLevels.of(Map.of(Modality.VIDEO, video, Modality.AUDIO, audio)),
                  told(text))
              .noise();
      for (int i = 0; i < 2; i++) {
        int row = i;
        Latents one = z.map(t -> t.narrow(0, row, 1));
        Latents alone =
            net.predict(
                    one,
                    NoiseLevels.of(
                        Map.of(
                            Modality.VIDEO, video.narrow(0, i, 1),
                            Modality.AUDIO, audio.narrow(0, i, 1))),
                    told(
                        new Conditions.Text(
                            text.embedding().narrow(0, i, 1), text.mask().narrow(0, i, 1))))
                .noise();
        for (Modality modality : Modality.values()) {
          assertThat(distance(alone.get(modality), both.get(modality).narrow(0, i, 1)))
              .isLessThan(1e-5);
        }
      }
    }
  }

  @Test
  void words_are_heard_unless_they_are_dropped() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      UniForm net = net(rng);
      Latents z = SmallUniForm.latents(CONFIG, 2, rng);
      NoiseLevels levels = levels(2, 400, 400);
      Tensor first = net.predict(z, levels, told(text(2, rng))).noise().audio();
      Conditions other = told(text(2, rng));
      Tensor second = net.predict(z, levels, other).noise().audio();
      assertThat(distance(first, second)).isGreaterThan(1e-4);
      Tensor keep = Tensors.of(new long[] {0, 1}, 2).to(ScalarType.Bool);
      Tensor dropped = net.predict(z, levels, other.withKeep(keep)).noise().audio();
      assertThat(distance(dropped.get(1), second.get(1))).isZero();
      assertThat(distance(dropped.get(0), second.get(0))).isGreaterThan(1e-4);
    }
  }

  @Test
  void gradients_through_checkpoints_are_those_of_the_plain_pass() {
    Map<String, float[]> plain = gradients(false);
    Map<String, float[]> again = gradients(true);
    assertThat(again.keySet()).isEqualTo(plain.keySet()).hasSizeGreaterThan(50);
    again.forEach(
        (name, values) -> {
          double largest = 1e-3;
          double error = 0;
          for (int k = 0; k < values.length; k++) {
            largest = Math.max(largest, Math.abs(plain.get(name)[k]));
            error = Math.max(error, Math.abs(values[k] - plain.get(name)[k]));
          }
          assertThat(error).as(name).isLessThan(1e-4 * largest);
        });
  }

  private static Map<String, float[]> gradients(boolean checkpointed) {
    try (TensorScope scope = TensorScope.open();
        GradientCheckpoints checkpoints = new GradientCheckpoints();
        Rng rng = new Rng(2)) {
      UniForm net;
      try (NoGradGuard noGrad = new NoGradGuard()) {
        net = net(rng);
      }
      Latents z = SmallUniForm.latents(CONFIG, 2, rng);
      Conditions conditions = told(text(2, rng));
      Denoiser.Prediction made =
          (checkpointed ? net.checkpointed(checkpoints) : net)
              .predict(z, levels(2, 0, 400), conditions);
      made.noise()
          .audio()
          .square()
          .mean()
          .add(made.variance().orElseThrow().audio().square().mean())
          .backward();
      checkpoints.backward(Supplier::get);
      Map<String, float[]> result = new TreeMap<>();
      StateDict.parameters(net)
          .forEach(
              (name, p) -> {
                if (p.grad().defined()) {
                  result.put(name, Tensors.toFloats(p.grad()));
                }
              });
      return result;
    }
  }

  @Test
  void sizes_that_do_not_fit_are_told_in_a_line() {
    UniFormConfig.Video video = CONFIG.video();
    assertThatThrownBy(
            () ->
                new UniFormConfig(
                    1,
                    24,
                    2,
                    2,
                    video,
                    new UniFormConfig.Audio(7, null, 2, List.of(1, 3, 4)),
                    CONFIG.text(),
                    8,
                    1,
                    null))
        .isInstanceOf(KinetoneException.class)
        .hasMessage("audio.slots must be 3 numbers, none below 0, that add up to audio.length 7");
    assertThatThrownBy(
            () ->
                new UniFormConfig(
                    1,
                    24,
                    2,
                    2,
                    new UniFormConfig.Video(3, 2, 5, 2),
                    CONFIG.audio(),
                    CONFIG.text(),
                    8,
                    1,
                    null))
        .hasMessageContaining("video.width");
  }

  @Test
  void its_configuration_survives_being_written() throws Exception {
    UniFormConfig paper = UniFormPresets.of("uniform-xl-2");
    for (UniFormConfig config : List.of(paper, CONFIG)) {
      String text = Json.MAPPER.writeValueAsString(config);
      assertThat(Json.MAPPER.readValue(text, UniFormConfig.class)).isEqualTo(config);
    }
  }

  private static UniForm net(Rng rng) {
    UniForm net = new UniForm(CONFIG, rng);
    // Away from the zeros of a fresh network.
    StateDict.parameters(net).values().forEach(p -> Init.normal(p, 0.2, rng));
    return net;
  }

  private static Conditions told(Conditions.Text text) {
    return new Conditions(Optional.empty(), Optional.empty(), Optional.of(text), Optional.empty());
  }

  private static Conditions.Text text(long batch, Rng rng) {
    Tensor mask = full(new long[] {batch, 4}, new Scalar(1L), new TensorOptions(ScalarType.Bool));
    return new Conditions.Text(rng.normal(batch, 4, 10), mask);
  }

  private static NoiseLevels levels(long batch, long video, long audio) {
    return NoiseLevels.of(
        Map.of(
            Modality.VIDEO,
            full(new long[] {batch, 3}, new Scalar(video), new TensorOptions(ScalarType.Long)),
            Modality.AUDIO,
            full(new long[] {batch, 7}, new Scalar(audio), new TensorOptions(ScalarType.Long))));
  }

  private static double distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_float();
  }
}
