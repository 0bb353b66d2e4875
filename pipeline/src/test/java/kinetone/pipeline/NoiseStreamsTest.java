package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kinetone.diffusion.Modality;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class NoiseStreamsTest {
  private static final Map<Modality, long[]> SHAPES = Map.of(Modality.AUDIO, new long[] {1, 3, 4});

  @Test
  void no_two_streams_of_any_windows_and_seeds_draw_the_same() {
    List<List<Float>> drawn = new ArrayList<>();
    for (long seed : new long[] {0, 1, -1, Long.MAX_VALUE}) {
      for (long window : new long[] {0, 1, 2, 100_000}) {
        try (NoiseStreams streams = new NoiseStreams(seed, window, 3)) {
          for (int number = 0; number < 3; number++) {
            drawn.add(list(noise(streams.noise(number))));
          }
        }
      }
    }
    assertThat(drawn).hasSize(48).doesNotHaveDuplicates();
  }

  @Test
  void a_stream_is_one_of_the_seed_counted_through_all_windows() {
    try (NoiseStreams streams = new NoiseStreams(5, 4, 3);
        SeededNoise seeded = SeededNoise.of(5);
        SeededNoise expected = seeded.fork(4 * 3 + 2)) {
      assertThat(noise(streams.noise(2))).isEqualTo(noise(expected));
    }
    try (NoiseStreams streams = new NoiseStreams(5, 0, 3);
        SeededNoise seeded = SeededNoise.of(5)) {
      assertThat(noise(streams.noise(NoiseStreams.SAMPLER))).isEqualTo(noise(seeded));
    }
  }

  @Test
  void a_stream_begins_anew_each_time_it_is_asked_for_and_goes_on_within() {
    try (NoiseStreams streams = new NoiseStreams(5, 1, 3)) {
      SeededNoise one = streams.noise(1);
      float[] first = noise(one);
      assertThat(noise(one)).isNotEqualTo(first);
      assertThat(noise(streams.noise(1))).isEqualTo(first);
    }
  }

  @Test
  void a_generator_draws_what_noise_of_the_same_stream_is() {
    try (NoiseStreams streams = new NoiseStreams(5, 2, 3);
        TensorScope scope = TensorScope.open()) {
      Rng rng = streams.rng(1);
      assertThat(Tensors.toFloats(rng.normal(3, 4))).isEqualTo(noise(streams.noise(1)));
      assertThat(Tensors.toFloats(streams.rng(2).normal(3, 4)))
          .isNotEqualTo(noise(streams.noise(1)));
    }
  }

  @Test
  void what_was_made_is_closed_with_them() {
    draw();
    long before = Pointer.totalCount();
    draw();
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  private static void draw() {
    try (NoiseStreams streams = new NoiseStreams(5, 2, 3)) {
      noise(streams.noise(0));
      noise(streams.noise(1));
      streams.rng(2);
    }
  }

  private static float[] noise(SeededNoise stream) {
    try (TensorScope scope = TensorScope.open()) {
      return SpyDenoiser.floats(stream.like(LatentArrays.latents(SHAPES))).get(Modality.AUDIO);
    }
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }
}
