package kinetone.toy;

import java.util.List;
import java.util.Map;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.DiffusionObjective;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.recipe.HeldOut;
import kinetone.recipe.LatentBatch;
import kinetone.recipe.LatentInput;
import kinetone.recipe.LatentObjective;
import kinetone.recipe.LatentRecipe;
import kinetone.recipe.Recipe;
import kinetone.recipe.RecipeKinds;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import kinetone.train.TrainingTask;
import org.bytedeco.pytorch.Device;

/** How {@link Toy} is trained. */
record ToyRecipe(
    String latents,
    String heldOutLatents,
    String videoCodec,
    String audioCodec,
    Toy.Config model,
    String init,
    int batch,
    TrainerConfig trainer)
    implements LatentRecipe {
  /** Listed as a service. */
  public static final class Kinds implements RecipeKinds {
    @Override
    public Map<String, Class<? extends Recipe>> kinds() {
      return Map.of("toy", ToyRecipe.class);
    }
  }

  @Override
  public List<LatentInput> inputs() {
    return List.of(
        LatentInput.ofCodec(
            LatentRoles.VIDEO,
            videoCodec,
            "model",
            model.frames(),
            model.height(),
            model.width(),
            model.channels()),
        LatentInput.ofCodec(LatentRoles.AUDIO, audioCodec, "model", model.length(), model.sound()));
  }

  @Override
  public LatentObjective objective(Rng rng, Device device) {
    return new Objective(model, new Toy(model, rng));
  }

  private record Objective(Toy.Config config, Toy toy) implements LatentObjective {
    @Override
    public Network network() {
      return new Network("denoiser", Toy.TYPE, config, toy);
    }

    @Override
    public TrainingTask.Value loss(long step, LatentBatch batch, Rng rng) {
      NoiseSchedule schedule = config.diffusion().noiseSchedule();
      Latents clean = Latents.of(batch.get(LatentRoles.VIDEO), batch.get(LatentRoles.AUDIO));
      DenoisingLoss.Value value =
          new DiffusionObjective(
                  schedule,
                  new Vanilla(
                      schedule.steps(),
                      Map.of(
                          kinetone.diffusion.Modality.VIDEO,
                          config.frames(),
                          kinetone.diffusion.Modality.AUDIO,
                          config.length())),
                  SelfConditioning.NONE,
                  NoiseLoss.PLAIN)
              .of(toy, clean, Conditions.NONE, rng);
      return new TrainingTask.Value(value.total(), value.parts());
    }

    @Override
    public List<HeldOut> heldOut() {
      return List.of();
    }
  }
}
