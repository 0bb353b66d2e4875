package kinetone.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ClassifierFreeGuidance;
import kinetone.diffusion.guidance.GuidanceScale;
import kinetone.diffusion.sampler.DpmSolverPlusPlus2M;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.task.TaskMask;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.pipeline.MixedPrecision;
import kinetone.tensor.Autocast;
import kinetone.tensor.Engine;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.vocoder.HiFiGan;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The other end of {@link MdsgenBench}: measures one size in a process that does nothing else. */
final class MdsgenProbe {
  static final String PREFIX = "mdsgen-probe ";

  private static final NoiseSchedule SCHEDULE = new LinearBetaSchedule();

  /** The released code's ({@code inference.py}). */
  private static final GuidanceScale GUIDANCE = new GuidanceScale.PowerCosine(5, 0.01);

  private static final int WARM_UP_STEPS = 2;
  private static final double MEBI = 1 << 20;

  private MdsgenProbe() {}

  /** Argument: an {@link MdsgenJob} as JSON. */
  public static void main(String[] args) throws JsonProcessingException {
    MdsgenJob job = Json.MAPPER.readValue(args[0], MdsgenJob.class);
    Engine.setThreads(job.threads());
    String row = line(job.comparison() == null ? whole(job) : compared(job));
    System.out.println(PREFIX + row);
    System.out.flush();
  }

  static String line(Object record) {
    try {
      return Json.MAPPER
          .writer()
          .without(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(record);
    } catch (JsonProcessingException e) {
      throw KinetoneException.internal("%s cannot be written as JSON", record);
    }
  }

  /** A sample of one sound from noise to samples, with random weights; its parts in turn. */
  static MdsgenBench.Row whole(MdsgenJob job) {
    double[][] seconds = new double[3][job.repeats()];
    Device device = job.compute().open();
    try (Rng rng = new Rng(1);
        Mdsgen denoiser = new Mdsgen(job.denoiser(), rng);
        AutoencoderKl autoencoder = new AutoencoderKl(job.autoencoder(), rng);
        HiFiGan vocoder = new HiFiGan(job.vocoder(), rng);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      MdsgenConfig.Latent latent = job.denoiser().latent();
      for (Module network : List.of(denoiser, autoencoder, vocoder)) {
        network.to(device, false);
      }
      Tensor noise =
          on(device, rng.normal(1, latent.length(), latent.frequencies(), latent.channels()));
      MdsgenConfig.Features sizes = job.denoiser().features();
      Tensor features = on(device, rng.normal(1, sizes.frames(), sizes.width()));
      Tensor mel = on(device, rng.normal(1, job.frames(), job.vocoder().bands()));
      Runnable decode = () -> autoencoder.decode(noise);
      Runnable sound = () -> vocoder.forward(mel);
      timed(device, () -> denoise(denoiser, job, WARM_UP_STEPS, noise, features));
      timed(device, decode);
      timed(device, sound);
      for (int i = 0; i < job.repeats(); i++) {
        seconds[0][i] = timed(device, () -> denoise(denoiser, job, job.steps(), noise, features));
        seconds[1][i] = timed(device, decode);
        seconds[2][i] = timed(device, sound);
      }
      double denoising = Timing.median(seconds[0]);
      double decoding = Timing.median(seconds[1]);
      double sounding = Timing.median(seconds[2]);
      return new MdsgenBench.Row(
          job.size(),
          job.denoiser().inferenceParameterCount(),
          StateDict.parameterCount(autoencoder),
          job.vocoder().parameterCount(),
          denoising,
          decoding,
          sounding,
          denoising + decoding + sounding,
          ResidentSet.peakBytes() / MEBI);
    }
  }

  /** Denoising alone, with the weights and from the noise of another program. */
  static MdsgenBench.Compared compared(MdsgenJob job) {
    MdsgenComparison comparison = new MdsgenComparison(Path.of(job.comparison()));
    try (Rng rng = new Rng(1);
        Mdsgen denoiser = new Mdsgen(job.denoiser(), rng)) {
      load(comparison.weights(), denoiser);
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        Map<String, Tensor> start = comparison.start();
        Tensor noise = start.get("noise");
        Tensor features = start.get("features");
        timed(new Device("cpu"), () -> denoise(denoiser, job, WARM_UP_STEPS, noise, features));
        double[] seconds = new double[job.repeats()];
        double[] cpuSeconds = new double[job.repeats()];
        for (int i = 0; i < job.repeats(); i++) {
          try (TensorScope turn = TensorScope.open()) {
            double used = Timing.cpuSeconds();
            long before = System.nanoTime();
            Tensor latents = denoise(denoiser, job, job.steps(), noise, features);
            seconds[i] = (System.nanoTime() - before) / 1e9;
            cpuSeconds[i] = Timing.cpuSeconds() - used;
            comparison.write(latents);
          }
        }
        return new MdsgenBench.Compared(
            job.size(),
            job.denoiser().inferenceParameterCount(),
            job.steps(),
            job.guidance(),
            job.repeats(),
            Engine.threads(),
            Timing.median(seconds),
            Timing.median(cpuSeconds),
            ResidentSet.peakBytes() / MEBI);
      }
    }
  }

  private static void load(Path weights, Mdsgen net) {
    try (TensorScope scope = TensorScope.open()) {
      StateDict.load(weights.toString(), net, SafeTensors.read(weights).tensors());
    }
  }

  /** Latents in the shape of {@code noise}. */
  private static Tensor denoise(
      Mdsgen net, MdsgenJob job, int steps, Tensor noise, Tensor features) {
    MixedPrecision network = new MixedPrecision(net, noise.device(), job.compute().precision());
    Denoiser denoiser =
        job.guidance()
            ? new ClassifierFreeGuidance(
                network,
                SCHEDULE,
                GUIDANCE,
                Conditions.NONE,
                ClassifierFreeGuidance.ALL_CHANNELS,
                job.compute().batching())
            : network;
    Latents from = Latents.of(Map.of(Modality.AUDIO, noise));
    TaskMask all = TaskMask.all(Map.of(Modality.AUDIO, job.denoiser().latent().length()));
    try (Autocast.Kept weights = Autocast.keepCasts()) {
      return new DpmSolverPlusPlus2M(SCHEDULE, steps)
          .sample(
              SamplingRequest.of(denoiser, from.map(torch::zeros_like), all, like -> from)
                  .withConditions(Conditions.NONE.withFeatures(features)))
          .audio();
    }
  }

  private static Tensor on(Device device, Tensor tensor) {
    return tensor.to(device, tensor.scalar_type());
  }

  private static double timed(Device device, Runnable work) {
    try (TensorScope scope = TensorScope.open()) {
      return Timing.seconds(device, work);
    }
  }
}
