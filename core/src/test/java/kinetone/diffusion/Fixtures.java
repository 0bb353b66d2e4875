package kinetone.diffusion;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import kinetone.diffusion.task.SegmentMap;
import kinetone.diffusion.timestep.MixtureOfNoiseLevels;
import kinetone.diffusion.timestep.PerModality;
import kinetone.diffusion.timestep.PerSegmentAndModality;
import kinetone.diffusion.timestep.PerTimeSegment;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Small latents and denoisers that are formulas. */
public final class Fixtures {
  /** AVDiT on Monologues: 17 frames at 8 fps, sound latents of 20 ms. */
  public static final SegmentMap MONOLOGUES = SegmentMap.of(5, 1, 4, 8, 107, 0.02);

  private Fixtures() {}

  /** ε̂ = 0.5 sin(1.3 z) + 0.3 z + 0.2 cos(0.05 (t − 1)), v = tanh(z − 0.3). */
  public static Denoiser formula() {
    return shifted(1);
  }

  /** The same with another first timestep: a network that is told the wrong time. */
  public static Denoiser shifted(double first) {
    return (noisy, levels, conditions) -> {
      Map<Modality, Tensor> epsilon = new EnumMap<>(Modality.class);
      for (Modality modality : noisy.modalities()) {
        Tensor z = noisy.get(modality);
        Tensor t = wide(levels.get(modality), z).sub(new Scalar(first));
        Tensor wave = t.mul(new Scalar(0.05)).cos().mul(new Scalar(0.2));
        epsilon.put(
            modality,
            z.mul(new Scalar(1.3)).sin().mul(new Scalar(0.5)).add(z, new Scalar(0.3)).add(wave));
      }
      Latents variance = noisy.map(z -> z.sub(new Scalar(0.3)).tanh());
      return new Denoiser.Prediction(Latents.of(epsilon), java.util.Optional.of(variance));
    };
  }

  /** The optimal denoiser of data N(0, s²): ε̂ = √(1−ᾱ) z / (ᾱ s² + 1 − ᾱ). */
  public static Denoiser gaussian(NoiseSchedule schedule, double deviation) {
    var signal = new kinetone.diffusion.schedule.LogSignal(schedule);
    return (noisy, levels, conditions) ->
        Denoiser.Prediction.ofNoise(
            noisy.map(
                z -> {
                  double t =
                      levels.asMap().values().stream()
                          .mapToDouble(l -> l.max().item_double())
                          .max()
                          .orElseThrow();
                  double a = Math.pow(signal.signal(t), 2);
                  return z.mul(new Scalar(Math.sqrt(1 - a) / (a * deviation * deviation + 1 - a)));
                }));
  }

  /** A denoiser that mixes all positions and both modalities, so that conditions matter. */
  public static Denoiser mixing() {
    Denoiser inner = formula();
    return (noisy, levels, conditions) -> {
      Map<Modality, Tensor> means = new EnumMap<>(Modality.class);
      for (Modality modality : noisy.modalities()) {
        Tensor z = noisy.get(modality);
        // Single elements, not a mean: reductions may round differently in other batch sizes.
        Tensor flat = z.reshape(z.size(0), -1);
        means.put(
            modality, flat.select(1, 0).add(flat.select(1, flat.size(1) - 1)).mul(new Scalar(0.3)));
      }
      Tensor sum = means.values().stream().reduce(Tensor::add).orElseThrow();
      Denoiser.Prediction own = inner.predict(noisy, levels, conditions);
      Latents noise =
          own.noise()
              .map(
                  z -> {
                    long[] shape = new long[z.shape().length];
                    java.util.Arrays.fill(shape, 1);
                    shape[0] = z.size(0);
                    return z.add(sum.view(shape));
                  });
      return new Denoiser.Prediction(noise, own.variance());
    };
  }

  /** (B, 5, 2, 2, 3) pictures and (B, 107, 4) sounds; the same for the same example numbers. */
  public static Latents latents(long... examples) {
    org.bytedeco.pytorch.TensorVector video = new org.bytedeco.pytorch.TensorVector();
    org.bytedeco.pytorch.TensorVector audio = new org.bytedeco.pytorch.TensorVector();
    for (long example : examples) {
      try (Rng rng = Rng.of(99, example)) {
        video.push_back(rng.normal(5, 2, 2, 3));
        audio.push_back(rng.normal(107, 4));
      }
    }
    return Latents.of(
        org.bytedeco.pytorch.global.torch.stack(video, 0),
        org.bytedeco.pytorch.global.torch.stack(audio, 0));
  }

  /** Latents of one modality from golden values. */
  public static Latents audio(float[] values, long... shape) {
    return Latents.of(Map.of(Modality.AUDIO, Tensors.of(values, shape)));
  }

  /** Whether two latents have the same bits everywhere. */
  public static boolean identical(Latents a, Latents b) {
    return a.modalities().equals(b.modalities())
        && a.modalities().stream()
            .allMatch(m -> org.bytedeco.pytorch.global.torch.equal(a.get(m), b.get(m)));
  }

  private static Tensor wide(Tensor levels, Tensor like) {
    long[] shape = new long[like.shape().length];
    java.util.Arrays.fill(shape, 1);
    shape[0] = like.size(0);
    shape[1] = like.size(1);
    return levels.to(ScalarType.Float).view(shape);
  }

  /** The paper's mixture: Vanilla, Pt, Pm and Ptm with equal weights. */
  public static MixtureOfNoiseLevels monl(
      int steps, SegmentMap map, PerSegmentAndModality.AudioSegments audio) {
    return new MixtureOfNoiseLevels(
        List.of(
            new MixtureOfNoiseLevels.Kind(new Vanilla(steps, map.lengths()), 1),
            new MixtureOfNoiseLevels.Kind(new PerTimeSegment(steps, map), 1),
            new MixtureOfNoiseLevels.Kind(new PerModality(steps, map.lengths()), 1),
            new MixtureOfNoiseLevels.Kind(new PerSegmentAndModality(steps, map, audio), 1)));
  }
}
