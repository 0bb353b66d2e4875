package kinetone.diffusion.sampler;

import java.util.EnumMap;
import java.util.Map;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.TensorScope;

/**
 * Makes all that is wanted, and then one modality once more, with the others given as they have
 * become. For networks that follow what is given better than what is as noisy as they are
 * themselves.
 *
 * @param whole makes everything
 * @param again makes {@code modality} once more
 * @param modality of which nothing is given
 * @param steps of {@code whole}, for the listener
 * @param stepsAgain of {@code again}
 */
public record Cascade(Sampler whole, Sampler again, Modality modality, int steps, int stepsAgain)
    implements Sampler {
  @Override
  public Latents sample(SamplingRequest request) {
    int all = steps + stepsAgain;
    SamplingListener listener = request.listener();
    try (TensorScope scope = TensorScope.open()) {
      Latents made = whole.sample(request.withListener((step, of) -> listener.progress(step, all)));
      Map<Modality, Integer> lengths = new EnumMap<>(Modality.class);
      made.modalities().forEach(m -> lengths.put(m, (int) made.get(m).size(1)));
      Latents last =
          again.sample(
              request
                  .withGiven(made, TaskMask.only(modality, lengths))
                  .withListener((step, of) -> listener.progress(steps + step, all)));
      return last.map(scope::keep);
    }
  }
}
