package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.TreeSet;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.CausalAudioCodec;
import kinetone.codec.CausalVideoCodec;
import kinetone.codec.Codec;
import kinetone.codec.CodecFolder;
import kinetone.codec.CodecFormat;
import kinetone.codec.Codecs;
import kinetone.codec.FramewiseCodec;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.common.KinetoneException;
import kinetone.data.LatentRoles;
import kinetone.data.LatentsFile;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.process.PredictionType;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.task.TaskMask;
import kinetone.diffusion.timestep.MixtureOfNoiseLevels;
import kinetone.diffusion.timestep.ShiftedTimesteps;
import kinetone.diffusion.timestep.TaskSpecific;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentPairs;
import kinetone.latent.LatentStatistics;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTConfig;
import kinetone.signal.ClipGeometry;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Devices;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.testkit.TinyLatents;
import kinetone.testkit.TinyModel;
import kinetone.testkit.TinyUniForm;
import kinetone.train.DataOrder;
import kinetone.train.TrainingTask;
import org.assertj.core.data.Percentage;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every recipe that trains on latents keeps. */
class ObjectiveContractTest {
  private static final int CLIPS = 7;
  private static final int BATCH = 6;
  private static final long SEED = 3;
  private static final Percentage EXACT = Percentage.withPercentage(0.01);

  private static final Map<String, String> RECIPES =
      Map.of(
          "denoiser",
          """
          kind: denoiser
          latents: %1$s/clips
          heldOutLatents: %1$s/clips
          videoCodec: %1$s/video
          audioCodec: %1$s/audio
          format: {width: 16, height: 16, frames: 9, framesPerSecond: 8, samples: 9000, sampleRate: 8000}
          model:
            depth: 2
            width: 32
            heads: 2
            mlpRatio: 2
            gelu: ERF
            conditionSinusoids: 16
            conditionHidden: 32
            selfConditioning: true
            video: {frames: 3, height: 2, width: 2, channels: 4, patch: 1}
            audio: {length: 60, channels: 4, patch: 1}
          noiseLevels:
            vanilla: 1
            perTimeSegment: 1
            perModality: 1
            perSegmentAndModality: 1
            audioSegments: LATENT
            tasks: [{task: v2a, weight: 4}]
          selfConditioningRate: 0
          """,
          "mdsgen",
          """
          kind: mdsgen
          latents: %1$s/sounds
          heldOutLatents: %1$s/sounds
          audioCodec: %1$s/mel
          model:
            depth: 2
            width: 16
            heads: 2
            decoderDepth: 1
            gelu: ERF
            timestepSinusoids: 16
            latent: {length: 8, frequencies: 4, channels: 2, patch: 2, rows: TIME}
            features: {frames: 6, width: 5}
          masking: {kind: TEMPORAL, ratio: 0.3}
          maskedWeight: 0.5
          minSnr: false
          conditionDrop: 0
          """,
          "align",
          """
          kind: align
          latents: %1$s/sounds
          heldOutLatents: %1$s/sounds
          audioCodec: %1$s/mel
          model: {latentChannels: 2, channels: 32, multipliers: [1], attention: [true], heads: 2, groups: 8, features: 5, context: 8, frames: 6}
          pairs: {window: 4, shift: 1, latentsPerFrame: 1}
          noisy: true
          """,
          "dit",
          """
          kind: dit
          latents: %1$s/labelled
          heldOutLatents: %1$s/labelled
          videoCodec: %1$s/pictures
          model: {depth: 2, width: 16, heads: 2, patch: 2, inputSize: 4, channels: 4, classes: 3, labels: [one, two, three]}
          frames: 3
          framesPerClip: 2
          conditionDrop: 0
          """,
          "av-dit",
          """
          kind: av-dit
          latents: %1$s/labelled
          heldOutLatents: %1$s/labelled
          videoCodec: %1$s/pictures
          audioCodec: %1$s/mel
          format: {width: 16, height: 16, frames: 3, framesPerSecond: 8, samples: 6000, sampleRate: 16000}
          base: %1$s/base
          model:
            base: {depth: 2, width: 16, heads: 2, patch: 2, inputSize: 4, channels: 4, classes: 3, labels: [one, two, three]}
            frames: 3
            audio: {length: 8, frequencies: 4, channels: 2, patch: 2}
            temporalAttention: {}
            updates: {AUDIO_ATTENTION: {rank: 2, alpha: 2}}
            adapters: {JOINT_ATTENTION: {ratio: 0.5}}
          conditionDrop: 0
          """,
          "uniform",
          """
          kind: uniform
          latents: %1$s/told
          heldOutLatents: %1$s/told
          videoCodec: %1$s/video
          audioCodec: %1$s/audio
          textEncoder: %1$s/words
          format: {width: 16, height: 16, frames: 9, framesPerSecond: 8, samples: 9000, sampleRate: 8000}
          model:
            depth: 2
            width: 16
            heads: 2
            patch: 2
            video: {frames: 3, height: 2, width: 2, channels: 4}
            audio: {length: 60, channels: 4}
            text: {width: 8, tokens: 32}
            framesPerSecond: 8
            positionScale: 0.03
          textDrop: 0
          """);

  private static final DiTConfig BASE =
      new DiTConfig(2, 16, 2, 2, 4, 4, 3, List.of("one", "two", "three"), null);

  private static final String TRAINER =
      """
      batch: 6
      trainer:
        steps: 4
        seed: 3
        optimizer: {learningRate: 1.0e-2}
        ema: {decay: 0.5}
        precision: FP32
      """;

  /** Where the tokens of each caption end. */
  private static final long[] TOKEN_ENDS = {2, 3, 7, 9, 14, 15, 18};

  /** Statistics that leave nothing as it was. */
  private static final LatentStatistics OF_FOUR =
      new LatentStatistics(new float[] {0.5f, -1, 2, 0.1f}, new float[] {2, 0.5f, 0.25f, 3});

  private static final LatentStatistics OF_TWO =
      new LatentStatistics(new float[] {0.5f, -1}, new float[] {2, 0.25f});

  private static final LinearBetaSchedule SCHEDULE = new LinearBetaSchedule();

  @TempDir static Path made;
  @TempDir Path folder;

  @BeforeAll
  static void writeCodecsAndLatents() throws IOException {
    Path model = TinyModel.write(made.resolve("model"));
    CausalVideoCodec video =
        (CausalVideoCodec) Codecs.openVideo(model.resolve("video_codec")).codec();
    CausalAudioCodec audio =
        (CausalAudioCodec) Codecs.openAudio(model.resolve("audio_codec")).codec();
    writeCodec("video", CausalVideoCodec.FORMAT, video, OF_FOUR);
    writeCodec("audio", CausalAudioCodec.FORMAT, audio, OF_FOUR);
    try (Rng rng = new Rng(1)) {
      AutoencoderKlConfig config =
          new AutoencoderKlConfig(
              1, List.of(4, 4), 1, false, 2, 2, -6, 3, Regularisation.noise(1e-3, 0.03));
      MelCodec mel =
          new MelCodec(
              new MelCodecConfig(config, MelFrontEndConfig.AUDIO_LDM),
              new AutoencoderKl(config, rng));
      writeCodec("mel", MelCodec.FORMAT, mel, OF_TWO);
    }
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      TinyLatents.write(
          made.resolve("clips"),
          Map.of(
              LatentRoles.VIDEO,
              rng.normal(CLIPS, 3, 2, 2, 4),
              LatentRoles.AUDIO,
              rng.normal(CLIPS, 60, 4)),
          Map.of(
              LatentRoles.VIDEO, made.resolve("video"), LatentRoles.AUDIO, made.resolve("audio")));
      TinyLatents.write(
          made.resolve("sounds"),
          Map.of(
              LatentRoles.AUDIO,
              rng.normal(CLIPS, 8, 4, 2),
              LatentRoles.FEATURES,
              rng.normal(CLIPS, 6, 5)),
          Map.of(LatentRoles.AUDIO, made.resolve("mel")));
    }
    writePictures();
    writeWords();
    for (Map.Entry<String, String> recipe : RECIPES.entrySet()) {
      Files.writeString(
          made.resolve(recipe.getKey() + ".yaml"), recipe.getValue().formatted(made) + TRAINER);
    }
  }

  /** A codec of single pictures, latents of clips with labels, and a picture model. */
  private static void writePictures() {
    AutoencoderKlConfig config =
        new AutoencoderKlConfig(
            3, List.of(4, 4), 1, false, 2, 4, 0, 1, Regularisation.noise(1e-3, 0.03), 2);
    try (Rng rng = new Rng(6)) {
      writeCodec(
          "pictures",
          FramewiseCodec.FORMAT,
          new FramewiseCodec(new AutoencoderKl(config, rng)),
          OF_FOUR);
      DiT base = new DiT(BASE, rng);
      shake(base, 7);
      ComponentFolder.write(
          made.resolve("base"), DiT.TYPE, BASE, StateDict.of(base), ScalarType.Float);
    }
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(8)) {
      TinyLatents.write(
          made.resolve("labelled"),
          Map.of(
              LatentRoles.VIDEO,
              rng.normal(CLIPS, 3, 4, 4, 4),
              LatentRoles.AUDIO,
              rng.normal(CLIPS, 8, 4, 2),
              LatentRoles.LABEL,
              Tensors.of(new float[] {0, 1, 2, 2, 1, 0, 1}, CLIPS, 1)),
          Map.of(
              LatentRoles.VIDEO, made.resolve("pictures"), LatentRoles.AUDIO, made.resolve("mel")),
          BASE.labels());
    }
  }

  /** A text encoder, another one beside it, and latents of clips with captions. */
  private static void writeWords() {
    TinyUniForm.writeTextEncoder(made.resolve("words"), TinyUniForm.TEXT_WIDTH);
    TinyUniForm.writeTextEncoder(made.resolve("other-words"), 4);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(12)) {
      TinyLatents.write(
          made.resolve("told"),
          Map.of(
              LatentRoles.VIDEO,
              rng.normal(CLIPS, 3, 2, 2, 4),
              LatentRoles.AUDIO,
              rng.normal(CLIPS, 60, 4),
              LatentRoles.TEXT,
              rng.normal(TOKEN_ENDS[CLIPS - 1], TinyUniForm.TEXT_WIDTH),
              LatentRoles.TEXT_ENDS,
              Tensors.of(TOKEN_ENDS, CLIPS, 1)),
          Map.of(
              LatentRoles.VIDEO,
              made.resolve("video"),
              LatentRoles.AUDIO,
              made.resolve("audio"),
              LatentRoles.TEXT,
              made.resolve("words")));
    }
  }

  /** Writes the codec, and another one of other weights beside it. */
  private static <C, K extends Codec> void writeCodec(
      String name, CodecFormat<C, K> format, K codec, LatentStatistics statistics) {
    CodecFolder.save(made.resolve(name), format, codec, statistics, ScalarType.Float);
    shake(codec.module(), 9);
    CodecFolder.save(made.resolve("other-" + name), format, codec, statistics, ScalarType.Float);
  }

  /** Networks start with gates of zero; without them nothing that they hear has an effect. */
  private static void shake(Module network, long seed) {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(seed);
        NoGradGuard noGrad = new NoGradGuard()) {
      for (Tensor parameter : StateDict.parameters(network).values()) {
        parameter.add_(rng.normal(parameter.shape()).mul(new Scalar(0.1)));
      }
    }
  }

  private static LatentRecipe read(String kind, String... overrides) {
    return (LatentRecipe) RecipeFile.read(made.resolve(kind + ".yaml"), List.of(overrides));
  }

  private static Recipe.RecipeTask task(Recipe recipe) {
    try (Rng rng = Rng.of(SEED, 0)) {
      return recipe.build(rng, Devices.of("cpu"));
    }
  }

  private Path train(String run, String kind, String... overrides) {
    new TrainingRun(read(kind, overrides), folder.resolve(run), Devices.of("cpu"))
        .train(event -> {});
    return folder.resolve(run);
  }

  @Test
  void every_kind_that_trains_on_latents_is_held_to_this_contract() {
    TreeSet<String> kinds = new TreeSet<>();
    for (RecipeKinds family : ServiceLoader.load(RecipeKinds.class)) {
      family
          .kinds()
          .forEach(
              (kind, type) -> {
                if (LatentRecipe.class.isAssignableFrom(type)) {
                  kinds.add(kind);
                }
              });
    }
    assertThat(kinds).isEqualTo(new TreeSet<>(RECIPES.keySet()));
  }

  // The loss by hand, from the raw numbers in the shards and the same draws.

  /** The raw clips of the first micro batch, standardised by hand along the last axis. */
  private static float[] standardised(String latents, String role, LatentStatistics statistics) {
    float[] x = raw(latents, role);
    int channels = statistics.mean().length;
    for (int i = 0; i < x.length; i++) {
      int c = i % channels;
      x[i] = (x[i] - statistics.mean()[c]) / statistics.standardDeviation()[c];
    }
    return x;
  }

  private static float[] raw(String latents, String role) {
    Tensor all =
        SafeTensors.read(made.resolve(latents).resolve("shard-00000.safetensors"))
            .tensors()
            .get(role);
    long[] order = new DataOrder(CLIPS, SEED).batch(0, BATCH);
    return Tensors.toFloats(all.index_select(0, Tensors.of(order, BATCH)));
  }

  private static TrainingTask.Value loss(Recipe.RecipeTask task) {
    try (Rng rng = new Rng(5)) {
      return task.phases().get(0).loss().of(0, 0, rng);
    }
  }

  /** Numbers of one modality. */
  private static final class Part {
    final long[] shape;
    final float[] x;
    final float[] noise;
    final long[] levels;
    final float[] noisy;

    /** The next draws of {@code rng} are the noise. */
    Part(float[] x, long[] shape, Tensor levels, Rng rng) {
      this.shape = shape;
      this.x = x;
      this.levels = Tensors.toLongs(levels);
      noise = Tensors.toFloats(rng.normal(shape));
      noisy = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        noisy[i] = (float) (signal(i) * x[i] + deviation(i) * noise[i]);
      }
    }

    long level(int i) {
      return levels[i / (x.length / levels.length)];
    }

    double signal(int i) {
      return Math.sqrt(SCHEDULE.alphaBar((int) level(i)));
    }

    double deviation(int i) {
      return Math.sqrt(1 - SCHEDULE.alphaBar((int) level(i)));
    }

    Tensor input() {
      return Tensors.of(noisy, shape);
    }

    /** The squared error of what the network says, in its own terms. */
    double error(int i, float said, PredictionType prediction) {
      double wanted =
          prediction == PredictionType.EPSILON
              ? noise[i]
              : signal(i) * noise[i] - deviation(i) * x[i];
      return (said - wanted) * (said - wanted);
    }
  }

  @Test
  void positions_of_monl_start_from_the_time_that_the_clips_have() {
    // Of the same latents, but with the sound half as fast beside the pictures.
    Tensor usual = positions("denoiser");
    Tensor half = positions("denoiser", "format.framesPerSecond=16");
    try (TensorScope scope = TensorScope.open()) {
      Tensor sounds = usual.narrow(1, 12, 60).narrow(2, 0, 16);
      for (int frame = 0; frame < 3; frame++) {
        float found = nearest(sounds, usual, frame);
        assertThat(nearest(sounds, half, frame)).isBetween(found / 2 - 1, found / 2 + 1);
      }
      assertThat(nearest(sounds, usual, 2)).isBetween(45f, 47f);
    }
  }

  private static Tensor positions(String kind, String... overrides) {
    return StateDict.of(task(read(kind, overrides)).phases().get(0).module())
        .get("pos_embed.weight")
        .detach();
  }

  private static float nearest(Tensor sounds, Tensor table, int frame) {
    Tensor time = table.narrow(1, 4L * frame, 1).narrow(2, 0, 16);
    return sounds.sub(time).square().sum(2).argmin().item_long();
  }

  @Test
  void monl_changes_its_noise_levels_at_the_step_that_the_recipe_says() {
    String other =
        "{vanilla: 1, perTimeSegment: 0, perModality: 0, perSegmentAndModality: 0, audioSegments:"
            + " LATENT}";
    Recipe first = read("denoiser");
    Recipe only = read("denoiser", "noiseLevels=" + other);
    Recipe both = read("denoiser", "later={fromStep: 2, noiseLevels: " + other + "}");
    assertThat(total(both, 1)).isEqualTo(total(first, 1)).isNotEqualTo(total(only, 1));
    assertThat(total(both, 2)).isEqualTo(total(only, 2)).isNotEqualTo(total(first, 2));
  }

  private static float total(Recipe recipe, long step) {
    try (Recipe.RecipeTask task = task(recipe);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(5)) {
      shake(task.phases().get(0).module(), 4);
      return task.phases().get(0).loss().of(step, 0, rng).total().item_float();
    }
  }

  @ParameterizedTest
  @EnumSource(PredictionType.class)
  void monl_learns_its_prediction_at_noisy_positions_alone(PredictionType prediction) {
    DenoiserRecipe recipe =
        (DenoiserRecipe) read("denoiser", "model.diffusion={prediction: " + prediction + "}");
    try (Recipe.RecipeTask task = task(recipe);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(5)) {
      Module network = task.phases().get(0).module();
      shake(network, 4);
      ClipGeometry geometry =
          new ClipGeometry(
              recipe.format(),
              Codecs.describe(made.resolve("video")).layout().time(),
              Codecs.describe(made.resolve("audio")).layout().time());
      NoiseLevels levels =
          recipe.noiseLevels().mixture(SCHEDULE.steps(), geometry.segments()).sample(BATCH, rng);
      Map<Modality, Part> parts = new TreeMap<>();
      parts.put(
          Modality.VIDEO,
          new Part(
              standardised("clips", LatentRoles.VIDEO, OF_FOUR),
              new long[] {BATCH, 3, 2, 2, 4},
              levels.get(Modality.VIDEO),
              rng));
      parts.put(
          Modality.AUDIO,
          new Part(
              standardised("clips", LatentRoles.AUDIO, OF_FOUR),
              new long[] {BATCH, 60, 4},
              levels.get(Modality.AUDIO),
              rng));
      Latents said =
          ((Denoiser) network)
              .predict(
                  Latents.of(parts.get(Modality.VIDEO).input(), parts.get(Modality.AUDIO).input()),
                  levels,
                  Conditions.NONE)
              .noise();
      double sum = 0;
      long counted = 0;
      long clean = 0;
      for (Map.Entry<Modality, Part> part : parts.entrySet()) {
        float[] answers = Tensors.toFloats(said.get(part.getKey()));
        for (int i = 0; i < answers.length; i++) {
          if (part.getValue().level(i) > 0) {
            sum += part.getValue().error(i, answers[i], prediction);
            counted++;
          } else {
            clean++;
          }
        }
      }
      assertThat(clean).as("clean positions in this batch").isPositive();
      assertThat((double) loss(task).total().item_float()).isCloseTo(sum / counted, EXACT);
    }
  }

  @ParameterizedTest
  @CsvSource({"EPSILON, false", "EPSILON, true", "V_PREDICTION, false"})
  void mdsgen_learns_its_prediction_of_standardised_latents(
      PredictionType prediction, boolean minSnr) {
    MdsgenRecipe recipe =
        (MdsgenRecipe)
            read(
                "mdsgen",
                "model.diffusion={prediction: " + prediction + ", variance: LEARNED_RANGE}",
                "minSnr=" + minSnr);
    try (Recipe.RecipeTask task = task(recipe);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(5)) {
      Module network = task.phases().get(0).module();
      shake(network, 4);
      NoiseLevels levels =
          new Vanilla(SCHEDULE.steps(), Map.of(Modality.AUDIO, 8)).sample(BATCH, rng);
      Part part =
          new Part(
              standardised("sounds", LatentRoles.AUDIO, OF_TWO),
              new long[] {BATCH, 8, 4, 2},
              levels.get(Modality.AUDIO),
              rng);
      Tensor features = Tensors.of(raw("sounds", LatentRoles.FEATURES), BATCH, 6, 5);
      Latents said =
          ((Denoiser) network)
              .predict(
                  Latents.of(Map.of(Modality.AUDIO, part.input())),
                  levels,
                  Conditions.NONE.withFeatures(features))
              .noise();
      float[] answers = Tensors.toFloats(said.audio());
      double sum = 0;
      for (int i = 0; i < answers.length; i++) {
        double snr = Math.pow(part.signal(i) / part.deviation(i), 2);
        sum += part.error(i, answers[i], prediction) * (minSnr ? Math.min(snr, 5) / snr : 1);
      }
      TrainingTask.Value value = loss(task);
      assertThat(part(value, "audio")).isCloseTo(sum / answers.length, EXACT);
      assertThat((double) value.total().item_float())
          .as("full pass and masked pass, each with its bound")
          .isCloseTo(
              part(value, "audio")
                  + part(value, "audio_vlb")
                  + 0.5 * (part(value, "masked_audio") + part(value, "masked_audio_vlb")),
              EXACT);
      assertThat(part(value, "masked_audio")).isNotEqualTo(part(value, "audio"));
    }
  }

  private static double part(TrainingTask.Value value, String name) {
    return value.parts().get(name).item_float();
  }

  @ParameterizedTest
  @CsvSource({"true, LINEAR", "true, COSINE", "false, LINEAR"})
  void alignment_learns_to_tell_pairs_at_the_noise_level_it_is_told(
      boolean noisy, String schedule) {
    AlignRecipe recipe =
        (AlignRecipe)
            read(
                "align",
                "noisy=" + noisy,
                "diffusion={schedule: {kind: " + schedule + ", steps: 1000}}");
    var steps = recipe.diffusion().noiseSchedule();
    try (Recipe.RecipeTask task = task(recipe);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(5)) {
      AlignmentClassifier network = (AlignmentClassifier) task.phases().get(0).module();
      shake(network, 4);
      AlignmentPairs pairs =
          AlignmentPairs.draw(
              Tensors.of(standardised("sounds", LatentRoles.AUDIO, OF_TWO), BATCH, 8, 4, 2),
              Tensors.of(raw("sounds", LatentRoles.FEATURES), BATCH, 6, 5),
              recipe.pairs(),
              rng);
      float[] sound = Tensors.toFloats(pairs.latent());
      float[] seen = new float[BATCH];
      if (noisy) {
        long[] levels = Tensors.toLongs(rng.integers(1, 1001, BATCH));
        float[] noise = Tensors.toFloats(rng.normal(pairs.latent().shape()));
        for (int i = 0; i < sound.length; i++) {
          int t = (int) levels[i / (sound.length / BATCH)];
          double signal = steps.alphaBar(t);
          sound[i] = (float) (Math.sqrt(signal) * sound[i] + Math.sqrt(1 - signal) * noise[i]);
        }
        for (int i = 0; i < BATCH; i++) {
          seen[i] = levels[i] - 1;
        }
      }
      float[] logits =
          Tensors.toFloats(
              network.forward(
                  Tensors.of(sound, pairs.latent().shape()),
                  pairs.features(),
                  Tensors.of(seen, BATCH)));
      float[] labels = Tensors.toFloats(pairs.labels());
      double sum = 0;
      for (int i = 0; i < BATCH; i++) {
        double probability = 1 / (1 + Math.exp(-logits[i]));
        sum -= Math.log(labels[i] == 1 ? probability : 1 - probability);
      }
      assertThat((double) loss(task).total().item_float()).isCloseTo(sum / BATCH, EXACT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"shift=null", "shift=3"})
  void av_dit_learns_both_modalities_of_a_clip_at_one_level_and_with_its_class(String shift) {
    try (Recipe.RecipeTask task = task(read("av-dit", shift));
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(5)) {
      Module network = task.phases().get(0).module();
      shake(network, 4);
      TimestepSampler uniform =
          new Vanilla(SCHEDULE.steps(), Map.of(Modality.VIDEO, 3, Modality.AUDIO, 8));
      TimestepSampler drawn =
          shift.equals("shift=3") ? new ShiftedTimesteps(uniform, SCHEDULE.steps(), 3) : uniform;
      NoiseLevels levels = drawn.sample(BATCH, rng);
      Part video =
          new Part(
              standardised("labelled", LatentRoles.VIDEO, OF_FOUR),
              new long[] {BATCH, 3, 4, 4, 4},
              levels.get(Modality.VIDEO),
              rng);
      Part audio =
          new Part(
              standardised("labelled", LatentRoles.AUDIO, OF_TWO),
              new long[] {BATCH, 8, 4, 2},
              levels.get(Modality.AUDIO),
              rng);
      Tensor labels = Tensors.of(raw("labelled", LatentRoles.LABEL), BATCH).to(ScalarType.Long);
      Latents said = said(network, Latents.of(video.input(), audio.input()), levels, labels);
      TrainingTask.Value value = loss(task);
      assertThat(part(value, "video")).isCloseTo(error(video, said.video()), EXACT);
      assertThat(part(value, "audio")).isCloseTo(error(audio, said.audio()), EXACT);
      assertThat((double) value.total().item_float())
          .as("the sum over modalities, each with its bound")
          .isCloseTo(
              part(value, "video")
                  + part(value, "audio")
                  + part(value, "video_vlb")
                  + part(value, "audio_vlb"),
              EXACT);
      Latents other =
          said(
              network,
              Latents.of(video.input(), audio.input()),
              levels,
              labels.add(new Scalar(1)).remainder(new Scalar(3)));
      assertThat(Math.abs(error(video, other.video()) / part(value, "video") - 1))
          .as("with the classes of other clips")
          .isGreaterThan(1e-3);
    }
  }

  @Test
  void av_dit_may_be_given_one_modality_which_is_clean_and_does_not_count() {
    String given =
        "noiseLevels={vanilla: 0, perTimeSegment: 0, perModality: 0, perSegmentAndModality: 0,"
            + " audioSegments: LATENT, tasks: [{task: a2v, weight: 1, shift: 3}]}";
    AvDitRecipe recipe = (AvDitRecipe) read("av-dit", given, "format.samples=2600");
    try (Recipe.RecipeTask task = task(recipe);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(5)) {
      Module network = task.phases().get(0).module();
      shake(network, 4);
      NoiseLevels levels = recipe.timesteps(SCHEDULE.steps()).sample(BATCH, rng);
      assertThat(levels.get(Modality.AUDIO).eq(new Scalar(0L)).all().item_bool()).isTrue();
      assertThat(levels.get(Modality.VIDEO).gt(new Scalar(0L)).all().item_bool()).isTrue();
      Part video =
          new Part(
              standardised("labelled", LatentRoles.VIDEO, OF_FOUR),
              new long[] {BATCH, 3, 4, 4, 4},
              levels.get(Modality.VIDEO),
              rng);
      Tensor sound =
          Tensors.of(standardised("labelled", LatentRoles.AUDIO, OF_TWO), BATCH, 8, 4, 2);
      Tensor labels = Tensors.of(raw("labelled", LatentRoles.LABEL), BATCH).to(ScalarType.Long);
      Latents said = said(network, Latents.of(video.input(), sound), levels, labels);
      TrainingTask.Value value = loss(task);
      assertThat(part(value, "video")).isCloseTo(error(video, said.video()), EXACT);
      assertThat(part(value, "audio")).isEqualTo(0);
      assertThat((double) value.total().item_float())
          .isCloseTo(part(value, "video") + part(value, "video_vlb"), EXACT);
    }
    assertThatThrownBy(() -> read("av-dit", given, "shift=3"))
        .hasMessageContaining("shift and noiseLevels are both given");
    assertThatThrownBy(() -> task(read("av-dit", given)))
        .hasMessageContaining("positions, the model has {");
  }

  @Test
  void validation_of_av_dit_says_whether_one_modality_hears_the_other() {
    try (Recipe.RecipeTask task = task(read("av-dit"))) {
      assertThat(changeBesideAnotherClip(task, "video")).as("fresh, so silent").isZero();
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        shake(task.phases().get(0).module(), 4);
      }
      assertThat(changeBesideAnotherClip(task, "video")).isNotZero();
      assertThat(changeBesideAnotherClip(task, "audio")).isNotZero();
    }
  }

  private static double changeBesideAnotherClip(Recipe.RecipeTask task, String modality) {
    Map<String, Double> figures = task.validate();
    return Math.abs(figures.get(modality + "_beside_another_clip") / figures.get(modality) - 1);
  }

  @Test
  void av_dit_starts_from_one_whose_scores_fall_otherwise_but_from_no_other_network() {
    String exported = train("start", "av-dit", "trainer.steps=1").resolve("model").toString();
    task(read("av-dit", "init=" + exported, "model.jointHeads=[{timeSlope: 2}]")).close();
    assertThatThrownBy(
            () -> task(read("av-dit", "init=" + exported, "model.temporalAttention=null")))
        .hasMessageContaining("holds another network");
  }

  private static Latents said(Module network, Latents noisy, NoiseLevels levels, Tensor labels) {
    return ((Denoiser) network).predict(noisy, levels, Conditions.NONE.withLabels(labels)).noise();
  }

  @Test
  void uniform_learns_what_each_examples_task_generates_with_its_caption() {
    UniFormRecipe recipe = (UniFormRecipe) read("uniform");
    try (Recipe.RecipeTask task = task(recipe);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(5)) {
      Module network = task.phases().get(0).module();
      shake(network, 4);
      Map<Modality, Integer> lengths = Map.of(Modality.VIDEO, 3, Modality.AUDIO, 60);
      NoiseLevels levels =
          new MixtureOfNoiseLevels(
                  List.of(
                      kind(new Vanilla(SCHEDULE.steps(), lengths)),
                      kind(specific(Modality.VIDEO, lengths)),
                      kind(specific(Modality.AUDIO, lengths))))
              .sample(BATCH, rng);
      Part video =
          new Part(
              standardised("told", LatentRoles.VIDEO, OF_FOUR),
              new long[] {BATCH, 3, 2, 2, 4},
              levels.get(Modality.VIDEO),
              rng);
      Part audio =
          new Part(
              standardised("told", LatentRoles.AUDIO, OF_FOUR),
              new long[] {BATCH, 60, 4},
              levels.get(Modality.AUDIO),
              rng);
      assertThat(levels.get(Modality.VIDEO).eq(new Scalar(0L)).any().item_bool())
          .as("clean pictures in this batch")
          .isTrue();
      Latents noisy = Latents.of(video.input(), audio.input());
      Latents said = ((Denoiser) network).predict(noisy, levels, told(0)).noise();
      TrainingTask.Value value = loss(task);
      assertThat(part(value, "video")).isCloseTo(noisyError(video, said.video()), EXACT);
      assertThat(part(value, "audio")).isCloseTo(noisyError(audio, said.audio()), EXACT);
      assertThat((double) value.total().item_float())
          .isCloseTo(
              part(value, "video")
                  + part(value, "audio")
                  + part(value, "video_vlb")
                  + part(value, "audio_vlb"),
              EXACT);
      Latents other = ((Denoiser) network).predict(noisy, levels, told(1)).noise();
      assertThat(Math.abs(noisyError(video, other.video()) / part(value, "video") - 1))
          .as("with the captions of other clips")
          .isGreaterThan(1e-3);
    }
  }

  private static MixtureOfNoiseLevels.Kind kind(TimestepSampler sampler) {
    return new MixtureOfNoiseLevels.Kind(sampler, 1);
  }

  private static TimestepSampler specific(Modality made, Map<Modality, Integer> lengths) {
    return new TaskSpecific(SCHEDULE.steps(), TaskMask.only(made, lengths), lengths);
  }

  /** The captions of the first micro batch, each that of the clip {@code shift} further. */
  private static Conditions told(int shift) {
    float[] tokens =
        Tensors.toFloats(
            SafeTensors.read(made.resolve("told/shard-00000.safetensors"))
                .tensors()
                .get(LatentRoles.TEXT));
    long[] order = new DataOrder(CLIPS, SEED).batch(0, BATCH);
    int width = TinyUniForm.TEXT_WIDTH;
    int longest = 5;
    float[] captions = new float[BATCH * longest * width];
    long[] mask = new long[BATCH * longest];
    for (int i = 0; i < BATCH; i++) {
      int clip = (int) ((order[i] + shift) % CLIPS);
      int from = clip == 0 ? 0 : (int) TOKEN_ENDS[clip - 1];
      int count = (int) TOKEN_ENDS[clip] - from;
      System.arraycopy(tokens, from * width, captions, i * longest * width, count * width);
      java.util.Arrays.fill(mask, i * longest, i * longest + count, 1);
    }
    return Conditions.NONE.withText(
        new Conditions.Text(
            Tensors.of(captions, BATCH, longest, width),
            Tensors.of(mask, BATCH, longest).to(ScalarType.Bool)));
  }

  /** The mean squared error of the noise where there is some. */
  private static double noisyError(Part part, Tensor said) {
    float[] answers = Tensors.toFloats(said);
    double sum = 0;
    int counted = 0;
    for (int i = 0; i < answers.length; i++) {
      if (part.level(i) > 0) {
        sum += part.error(i, answers[i], PredictionType.EPSILON);
        counted++;
      }
    }
    assertThat(counted).isPositive();
    return sum / counted;
  }

  @Test
  void a_told_training_with_checkpointed_gradients_ends_where_the_plain_one_does() {
    Path plain = train("plain", "uniform");
    Path again = train("again", "uniform", "gradientCheckpointing=true");
    assertThat(difference(plain, again)).isLessThan(1e-3);
    Path hidden = train("hidden", "uniform", "givenDrop=0.5");
    assertThat(difference(plain, hidden)).as("the control").isGreaterThan(1e-3);
  }

  /** The mean squared error of the noise. */
  private static double error(Part part, Tensor said) {
    float[] answers = Tensors.toFloats(said);
    double sum = 0;
    for (int i = 0; i < answers.length; i++) {
      sum += part.error(i, answers[i], PredictionType.EPSILON);
    }
    return sum / answers.length;
  }

  @Test
  void the_picture_model_learns_frames_of_clips_each_at_a_level_of_its_own() {
    int pictures = 2 * BATCH;
    try (Recipe.RecipeTask task = task(read("dit"));
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(5)) {
      Module network = task.phases().get(0).module();
      shake(network, 4);
      long[] frames = Tensors.toLongs(rng.integers(0, 3, BATCH, 2));
      float[] clips = standardised("labelled", LatentRoles.VIDEO, OF_FOUR);
      float[] classes = raw("labelled", LatentRoles.LABEL);
      float[] chosen = new float[pictures * 64];
      long[] labels = new long[pictures];
      for (int i = 0; i < pictures; i++) {
        System.arraycopy(clips, (i / 2 * 3 + (int) frames[i]) * 64, chosen, i * 64, 64);
        labels[i] = (long) classes[i / 2];
      }
      NoiseLevels levels =
          new Vanilla(SCHEDULE.steps(), Map.of(Modality.VIDEO, 1)).sample(pictures, rng);
      Part part =
          new Part(chosen, new long[] {pictures, 1, 4, 4, 4}, levels.get(Modality.VIDEO), rng);
      Latents said =
          said(
              network,
              Latents.of(Map.of(Modality.VIDEO, part.input())),
              levels,
              Tensors.of(labels, pictures));
      assertThat(part(loss(task), "video")).isCloseTo(error(part, said.video()), EXACT);
    }
  }

  @Test
  void clips_of_other_classes_or_none_are_refused() {
    for (String kind : List.of("dit", "av-dit")) {
      String path = kind.equals("dit") ? "model" : "model.base";
      List<String> others = new ArrayList<>(List.of(path + ".labels=[one, three, two]"));
      if (kind.equals("av-dit")) {
        others.add("train=ALL");
        others.add("base=null");
      }
      assertThatThrownBy(() -> task(read(kind, others.toArray(String[]::new))))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("are of the classes [one, two, three], but the model's are")
          .hasMessageNotContaining("\n");
    }
    assertThatThrownBy(() -> read("av-dit", "base=null"))
        .hasMessageContaining("base is missing: the folder of the DiT that stays frozen");
    assertThatThrownBy(() -> task(read("av-dit", "model.base.heads=4")))
        .hasMessageContaining("of another configuration than model.base");
  }

  @Test
  void the_small_parts_are_exported_without_their_base_and_find_it_again() {
    Path run = train("run", "av-dit", "trainer.steps=1");
    Path exported = run.resolve("model");
    Map<String, Tensor> written;
    try (TensorScope scope = TensorScope.open()) {
      written = SafeTensors.read(exported.resolve("model.safetensors")).tensors();
      assertThat(written.keySet()).isNotEmpty().noneMatch(name -> name.startsWith("base."));
      assertThat(
              SafeTensors.read(run.resolve("checkpoints/step-00000001/denoiser.safetensors"))
                  .tensors()
                  .keySet())
          .isNotEmpty()
          .noneMatch(name -> name.contains("base."));
    }
    AdapterAvDiTConfig config = ComponentFolder.config(exported, AdapterAvDiTConfig.class);
    AdapterAvDiT loaded = ComponentFolder.network(exported, rng -> new AdapterAvDiT(config, rng));
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> base = SafeTensors.read(made.resolve("base/model.safetensors")).tensors();
      StateDict.of(loaded.base())
          .forEach((name, t) -> assertThat(t.detach().equal(base.get(name))).as(name).isTrue());
    }
    Path whole = train("whole", "av-dit", "trainer.steps=1", "train=ALL").resolve("model");
    try (TensorScope scope = TensorScope.open()) {
      assertThat(SafeTensors.read(whole.resolve("model.safetensors")).tensors().keySet())
          .anyMatch(name -> name.startsWith("base."));
    }
    assertThat(ComponentFolder.base(whole)).isEmpty();
  }

  @Test
  void a_training_with_checkpointed_gradients_ends_where_the_plain_one_does() {
    for (String trained : List.of("ADAPTERS", "ALL")) {
      Path plain = train("plain-" + trained, "av-dit", "train=" + trained);
      Path again =
          train("again-" + trained, "av-dit", "train=" + trained, "gradientCheckpointing=true");
      assertThat(difference(plain, again)).as(trained).isLessThan(1e-3);
      assertThat(
              difference(
                  plain, train("other-" + trained, "av-dit", "train=" + trained, "trainer.seed=4")))
          .as("the control: another seed")
          .isGreaterThan(1e-2);
    }
  }

  /** The largest difference of the exported weights of two runs. */
  private static double difference(Path one, Path other) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> weights = exported(one);
      double largest = 0;
      for (Map.Entry<String, Tensor> its : exported(other).entrySet()) {
        Tensor difference = its.getValue().sub(weights.get(its.getKey())).to(ScalarType.Float);
        largest = Math.max(largest, difference.abs().max().item_float());
      }
      return largest;
    }
  }

  private static Map<String, Tensor> exported(Path run) {
    return SafeTensors.read(run.resolve("model/model.safetensors")).tensors();
  }

  // What the task does for all of them.

  @ParameterizedTest
  @CsvSource({
    "denoiser, videoCodec, video, clips",
    "denoiser, audioCodec, audio, clips",
    "mdsgen, audioCodec, mel, sounds",
    "align, audioCodec, mel, sounds",
    "dit, videoCodec, pictures, labelled",
    "av-dit, videoCodec, pictures, labelled",
    "av-dit, audioCodec, mel, labelled",
    "uniform, videoCodec, video, told",
    "uniform, audioCodec, audio, told",
    "uniform, textEncoder, words, told"
  })
  void latents_of_another_codec_are_refused(
      String kind, String option, String codec, String latents) {
    Path other = made.resolve("other-" + codec);
    assertThatThrownBy(() -> task(read(kind, option + "=" + other)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(made.resolve(latents).toString())
        .hasMessageContaining(other.toString())
        .hasMessageContaining(ComponentFolder.weightsSha256(made.resolve(codec)))
        .hasMessageContaining(ComponentFolder.weightsSha256(other))
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"denoiser", "mdsgen", "align", "dit", "av-dit", "uniform"})
  void latents_of_unknown_origin_are_refused(String kind) throws IOException {
    Path shards =
        made.resolve(
            switch (kind) {
              case "denoiser" -> "clips";
              case "dit", "av-dit" -> "labelled";
              case "uniform" -> "told";
              default -> "sounds";
            });
    Files.copy(
        shards.resolve("shard-00000.safetensors"), folder.resolve("shard-00000.safetensors"));
    for (String option : List.of("latents", "heldOutLatents")) {
      assertThatThrownBy(() -> task(read(kind, option + "=" + folder)))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("latents.json")
          .hasMessageContaining("prepare them again");
    }
    assertThat(LatentsFile.in(shards)).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"denoiser", "mdsgen", "align", "dit", "av-dit", "uniform"})
  void a_resumed_training_ends_where_an_uninterrupted_one_does(String kind) throws IOException {
    Path whole = train("whole", kind);
    train("parts", kind, "trainer.steps=2");
    Path parts = train("parts", kind);
    Path other = train("other", kind, "trainer.seed=4");
    List<String> files = new ArrayList<>();
    try (var all = Files.list(last(whole))) {
      all.map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("state.json"))
          .forEach(files::add);
    }
    assertThat(files).hasSizeGreaterThan(3);
    for (String file : files) {
      assertThat(last(parts).resolve(file)).hasSameBinaryContentAs(last(whole).resolve(file));
    }
    assertThat(Files.mismatch(last(whole).resolve("rng.bin"), last(other).resolve("rng.bin")))
        .isNotNegative();
  }

  private static Path last(Path run) {
    return run.resolve("checkpoints/step-00000004");
  }

  @ParameterizedTest
  @ValueSource(strings = {"denoiser", "mdsgen", "align", "dit", "av-dit", "uniform"})
  void what_is_exported_loads_and_starts_another_training(String kind) {
    Path exported = train("run", kind, "trainer.steps=1").resolve("model");
    try (Recipe.RecipeTask next = task(read(kind, "init=" + exported));
        TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> written =
          SafeTensors.read(exported.resolve("model.safetensors")).tensors();
      Map<String, Tensor> loaded = StateDict.trained(next.phases().get(0).module());
      assertThat(loaded.keySet()).isEqualTo(written.keySet());
      loaded.forEach(
          (name, tensor) ->
              assertThat(tensor.detach().equal(written.get(name).to(tensor.scalar_type())))
                  .as(name)
                  .isTrue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"denoiser", "mdsgen", "align", "dit", "av-dit", "uniform"})
  void held_out_figures_are_the_same_each_time_and_draw_nothing_of_the_training(String kind) {
    try (Recipe.RecipeTask task = task(read(kind));
        TensorScope scope = TensorScope.open()) {
      float before = loss(task).total().item_float();
      Map<String, Double> figures = task.validate();
      assertThat(figures).isNotEmpty();
      assertThat(figures.values()).allMatch(Double::isFinite);
      assertThat(task.validate()).isEqualTo(figures);
      assertThat(loss(task).total().item_float()).isEqualTo(before);
    }
  }
}
