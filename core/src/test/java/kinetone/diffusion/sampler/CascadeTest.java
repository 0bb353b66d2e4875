package kinetone.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.full_like;
import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class CascadeTest {
  private static final double WHOLE = 1;
  private static final double AGAIN = 2;

  @Test
  void sound_is_made_once_more_for_the_pictures_that_were_made() {
    List<SamplingRequest> asked = new ArrayList<>();
    List<Double> seen = new ArrayList<>();
    List<String> heard = new ArrayList<>();
    try (TensorScope scope = TensorScope.open()) {
      Latents nothing = Latents.of(zeros(1, 2, 3), zeros(1, 4, 3));
      Latents made =
          new Cascade(
                  request -> made(request, WHOLE, 5, asked, seen),
                  request -> made(request, AGAIN, 3, asked, seen),
                  Modality.AUDIO,
                  5,
                  3)
              .sample(
                  SamplingRequest.of(
                          (noisy, levels, conditions) -> null,
                          nothing,
                          TaskMask.all(Map.of(Modality.VIDEO, 2, Modality.AUDIO, 4)),
                          latents -> latents)
                      .withListener((step, steps) -> heard.add(step + "/" + steps)));
      assertThat(mean(made.video())).isEqualTo(WHOLE);
      assertThat(mean(made.audio())).isEqualTo(AGAIN);
      assertThat(seen).as("pictures that were given").containsExactly(0.0, WHOLE);
      assertThat(asked.get(1).mask().generated(Modality.VIDEO)).containsOnly(false);
      assertThat(asked.get(1).mask().generated(Modality.AUDIO)).containsOnly(true);
      assertThat(heard).containsExactly("0/8", "5/8", "5/8", "8/8");
    }
  }

  /** What a sampler gives that makes {@code value} of everything that is not given. */
  private static Latents made(
      SamplingRequest request,
      double value,
      int steps,
      List<SamplingRequest> asked,
      List<Double> seen) {
    asked.add(request);
    seen.add(mean(request.given().video()));
    request.listener().progress(0, steps);
    request.listener().progress(steps, steps);
    return request
        .mask()
        .select(request.given().map(x -> full_like(x, new Scalar(value))), request.given());
  }

  private static double mean(Tensor x) {
    return x.mean().item_float();
  }
}
