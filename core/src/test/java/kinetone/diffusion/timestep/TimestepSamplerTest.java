package kinetone.diffusion.timestep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.task.SegmentMap;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.diffusion.timestep.PerSegmentAndModality.AudioSegments;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.junit.jupiter.api.Test;

class TimestepSamplerTest {
  private static final SegmentMap MAP = Fixtures.MONOLOGUES;
  private static final int STEPS = 1000;

  /** Rows of video levels followed by audio levels. */
  private static long[][] draw(TimestepSampler sampler, int batch, long seed) {
    try (Rng rng = new Rng(seed);
        TensorScope scope = TensorScope.open()) {
      NoiseLevels levels = sampler.sample(batch, rng);
      long[] video = Tensors.toLongs(levels.get(Modality.VIDEO));
      long[] audio = Tensors.toLongs(levels.get(Modality.AUDIO));
      long[][] rows = new long[batch][];
      for (int b = 0; b < batch; b++) {
        rows[b] = Arrays.copyOf(Arrays.copyOfRange(video, b * 5, b * 5 + 5), 112);
        System.arraycopy(audio, b * 107, rows[b], 5, 107);
      }
      return rows;
    }
  }

  private static long distinct(long[] row, int from, int to) {
    return Arrays.stream(row, from, to).distinct().count();
  }

  /** Tells the kinds apart by how many levels there are. */
  private static String kind(long[] row) {
    boolean shared = true;
    for (int j = 0; j < 107; j++) {
      shared &= row[5 + j] == row[MAP.segmentOfAudio(j)];
    }
    if (distinct(row, 0, 112) == 1) {
      return "Vanilla";
    }
    if (shared) {
      return "Pt";
    }
    return distinct(row, 0, 5) == 1 && distinct(row, 5, 112) == 1 ? "Pm" : "Ptm";
  }

  @Test
  void each_kind_draws_what_its_name_says() {
    for (long[] row : draw(new Vanilla(STEPS, MAP.lengths()), 20, 1)) {
      assertThat(kind(row)).isEqualTo("Vanilla");
    }
    for (long[] row : draw(new PerTimeSegment(STEPS, MAP), 20, 2)) {
      assertThat(kind(row)).isEqualTo("Pt");
    }
    for (long[] row : draw(new PerModality(STEPS, MAP.lengths()), 20, 3)) {
      assertThat(kind(row)).isEqualTo("Pm");
    }
    for (long[] row : draw(new PerSegmentAndModality(STEPS, MAP, AudioSegments.LATENT), 20, 4)) {
      assertThat(kind(row)).isEqualTo("Ptm");
      assertThat(distinct(row, 5, 112)).isGreaterThan(80);
    }
    for (long[] row :
        draw(new PerSegmentAndModality(STEPS, MAP, AudioSegments.VIDEO_SEGMENT), 20, 5)) {
      assertThat(kind(row)).isEqualTo("Ptm");
      assertThat(distinct(row, 5, 112)).isLessThanOrEqualTo(5);
    }
  }

  @Test
  void timesteps_are_uniform_from_1_to_T() {
    long[] drawn =
        Arrays.stream(draw(new Vanilla(4, MAP.lengths()), 4000, 6)).mapToLong(r -> r[0]).toArray();
    for (long t = 1; t <= 4; t++) {
      long value = t;
      assertThat(Arrays.stream(drawn).filter(d -> d == value).count()).isBetween(900L, 1100L);
    }
  }

  @Test
  void the_mixture_draws_its_kind_for_every_example_with_equal_shares() {
    MixtureOfNoiseLevels mixture = Fixtures.monl(STEPS, MAP, AudioSegments.LATENT);
    TreeMap<String, Integer> counts = new TreeMap<>();
    for (long[] row : draw(mixture, 2000, 7)) {
      counts.merge(kind(row), 1, Integer::sum);
    }
    assertThat(counts.keySet()).containsExactly("Pm", "Pt", "Ptm", "Vanilla");
    assertThat(counts.values()).allMatch(n -> n > 430 && n < 570);
  }

  @Test
  void weights_choose_the_kinds() {
    TimestepSampler vanilla = new Vanilla(STEPS, MAP.lengths());
    TimestepSampler modality = new PerModality(STEPS, MAP.lengths());
    MixtureOfNoiseLevels mixture =
        new MixtureOfNoiseLevels(
            List.of(
                new MixtureOfNoiseLevels.Kind(vanilla, 0),
                new MixtureOfNoiseLevels.Kind(modality, 3)));
    assertThat(java.util.stream.Stream.of(draw(mixture, 200, 8)))
        .allMatch(row -> kind(row).equals("Pm"));
    assertThatThrownBy(
            () -> new MixtureOfNoiseLevels(List.of(new MixtureOfNoiseLevels.Kind(vanilla, 0))))
        .hasMessageContaining("all zero");
  }

  @Test
  void task_specific_training_keeps_the_condition_clean() {
    TaskMask mask = TaskMask.of(new Task.Continue(0.625), MAP);
    for (long[] row : draw(new TaskSpecific(STEPS, mask, MAP.lengths()), 10, 9)) {
      assertThat(Arrays.copyOf(row, 2)).containsOnly(0);
      assertThat(Arrays.copyOfRange(row, 5, 36)).containsOnly(0);
      assertThat(row[2]).isPositive();
      assertThat(Arrays.copyOfRange(row, 36, 112)).containsOnly(row[2]);
    }
  }

  @Test
  void a_seed_determines_the_draw() {
    TimestepSampler mixture = Fixtures.monl(STEPS, MAP, AudioSegments.LATENT);
    assertThat(draw(mixture, 5, 10)).isDeepEqualTo(draw(mixture, 5, 10));
    assertThat(draw(mixture, 5, 10)).isNotEqualTo(draw(mixture, 5, 11));
  }
}
