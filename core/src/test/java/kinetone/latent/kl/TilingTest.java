package kinetone.latent.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.latent.Causality;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilingTest {
  private static final Tiling TILING = new Tiling(8, 4);

  private final Rng rng = new Rng(3);
  private final TensorScope scope = TensorScope.open();

  @AfterEach
  void close() {
    scope.close();
    rng.close();
  }

  @ParameterizedTest
  @CsvSource({"8,8", "10,8", "12,6", "22,34", "6,40"})
  void what_looks_at_each_position_alone_is_the_same_in_squares(int height, int width) {
    Tensor pictures = rng.normal(2, height, width, 3);
    Tensor coarse = TILING.encode(pictures, 2, TilingTest::everySecond);
    assertThat(coarse.shape()).containsExactly(2, height / 2, width / 2, 3);
    assertThat(Causality.distance(coarse, everySecond(pictures))).isLessThan(1e-6);
    Tensor back = TILING.decode(coarse, 2, TilingTest::twice);
    assertThat(back.shape()).containsExactly(2, height, width, 3);
    assertThat(Causality.distance(back, twice(coarse))).isLessThan(1e-6);
  }

  private static Tensor everySecond(Tensor x) {
    return x.index_select(1, Tensors.of(evens(x.size(1)), x.size(1) / 2))
        .index_select(2, Tensors.of(evens(x.size(2)), x.size(2) / 2));
  }

  private static long[] evens(long length) {
    long[] indices = new long[(int) length / 2];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = 2L * i;
    }
    return indices;
  }

  private static Tensor twice(Tensor x) {
    Tensor first = x.permute(0, 3, 1, 2);
    return torch.upsample_nearest2d(first, 2 * x.size(1), 2 * x.size(2)).permute(0, 2, 3, 1);
  }

  @Test
  void no_square_is_larger_than_its_edge_and_small_pictures_are_coded_whole() {
    List<long[]> seen = new ArrayList<>();
    Tensor large = rng.normal(1, 100, 20, 1);
    TILING.encode(
        large,
        1,
        x -> {
          seen.add(x.shape());
          return x;
        });
    assertThat(seen).hasSizeGreaterThan(24).allMatch(s -> s[1] == 8 && s[2] == 8);
    Tensor small = rng.normal(1, 8, 7, 1);
    assertThat(TILING.encode(small, 1, x -> x)).isSameAs(small);
  }

  @Test
  void where_squares_overlap_one_fades_into_the_other() {
    int[] count = {0};
    Tensor blended =
        TILING.encode(
            rng.normal(1, 8, 12, 1), 1, x -> torch.full_like(x, new Scalar((double) count[0]++)));
    assertThat(count[0]).isEqualTo(2);
    float[] row = Tensors.toFloats(blended.select(1, 0));
    assertThat(row).startsWith(0, 0, 0, 0).endsWith(1, 1, 1, 1).isSorted();
    assertThat(row[4]).isEqualTo(0.2f);
    assertThat(row[7]).isEqualTo(0.8f);
  }

  @Test
  void squares_that_do_not_fit_latents_or_overlap_by_more_than_half_are_refused() {
    assertThatThrownBy(() -> new Tiling(8, 5))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("tiling.overlap = 5");
    assertThatThrownBy(() -> new Tiling(12, 4).requireMultiplesOf(8))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("tiling.edge");
    assertThatThrownBy(() -> new Tiling(16, 4).requireMultiplesOf(8))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("tiling.overlap");
  }
}
