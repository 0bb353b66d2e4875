package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kinetone.codec.CodecFolder;
import kinetone.codec.LatentCodec;
import kinetone.codec.MelCodec;
import kinetone.common.KinetoneException;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Devices;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.train.RunDirectory;
import kinetone.train.TrainingEvent;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MelCodecRecipeTest {
  private static final Path CONFIG = Path.of("../configs/mdsgen-scenes/mel-codec.yaml");

  /** A network of a few thousand weights and scenes of 0.8 seconds. */
  private static final List<String> MICRO =
      List.of(
          "format.frames=7",
          "format.samples=12800",
          "model.widths=[8, 8]",
          "model.groups=4",
          "model.latentChannels=2",
          "data.count=2",
          "batch=1",
          "crop=16",
          "trainer.optimizer.learningRate=5e-3",
          "trainer.schedule={shape: CONSTANT}",
          "trainer.validateEvery=0",
          "trainer.checkpoint.everySteps=0");

  @TempDir Path folder;

  @Test
  void the_committed_recipe_trains_the_tiny_network() {
    MelCodecRecipe recipe = (MelCodecRecipe) RecipeFile.read(CONFIG, List.of());
    assertThat(recipe.model()).isEqualTo(AutoencoderKlConfig.TINY_MEL);
  }

  @Test
  void the_loss_falls_and_the_codec_is_kept_with_the_statistics_of_its_latents() {
    List<Double> losses = new ArrayList<>();
    Path model =
        new TrainingRun(
                read("trainer.steps=12", "data.count=1", "crop=0"),
                folder.resolve("run"),
                Devices.of("cpu"))
            .train(
                event -> {
                  if (event instanceof TrainingEvent.Step step) {
                    losses.add(step.phases().get("codec").loss());
                  }
                })
            .orElseThrow();
    assertThat(losses).hasSize(12);
    assertThat(losses.get(11)).isLessThan(0.9 * losses.get(0));
    try (LatentCodec<MelCodec> loaded = CodecFolder.load(model, MelCodec.FORMAT)) {
      assertThat(loaded.codec().layout().channels()).isEqualTo(2);
      assertThat(loaded.codec().config().frontEnd()).isEqualTo(MelFrontEndConfig.AUDIO_LDM);
      assertThat(loaded.statistics().standardDeviation()).hasSize(2).doesNotContain(1f);
    }
  }

  @Test
  void a_resumed_training_ends_where_an_uninterrupted_one_does() throws IOException {
    train("whole", "trainer.steps=4");
    train("parts", "trainer.steps=2");
    train("parts", "trainer.steps=4");
    assertThat(weights("parts")).isEqualTo(weights("whole"));
    train("other", "trainer.steps=4", "trainer.seed=2");
    assertThat(weights("other")).isNotEqualTo(weights("whole"));
  }

  @Test
  void a_perceptual_loss_and_a_discriminator_take_part() throws IOException {
    train(
        "run",
        "trainer.steps=2",
        "loss={l1: 1, gradient: 0.5, perceptual: 1}",
        "adversarial={loss: HINGE, weight: 1, featureWeight: 10, fromStep: 1}");
    String metrics = Files.readString(folder.resolve("run/metrics.jsonl"));
    assertThat(metrics).contains("\"phase\":\"discriminator\"");
    List<String> codec = metrics.lines().filter(l -> l.contains("\"phase\":\"codec\"")).toList();
    assertThat(codec.get(0)).contains("perceptual", "gradient").doesNotContain("adversarial");
    assertThat(codec.get(1)).contains("perceptual", "adversarial", "features");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "mel=DIFF_FOLEY; 128; 256",
        "mel=AUDIOLDM; 64; 160",
        "mel=audioldm; 64; 160",
        "mel={waveform: {centred: false, peak: 0}, spectrum: {stft: {fftLength: 512,"
            + " windowLength: 512, hop: 128, padding: REFLECT}, mel: {sampleRate: 16000, fftLength:"
            + " 512, bands: 32, minHertz: 0, maxHertz: 8000, scale: SLANEY, norm: AREA}, power: 1},"
            + " powerEpsilon: 0, log: {base: E, floor: 1.0e-5, gain: 1, offset: 0, clipped: false},"
            + " ending: DROP_LAST_FRAME}; 32; 128"
      })
  void a_codec_of_any_front_end_is_trained_and_knows_it(String mel, int bands, int hop) {
    Recipe recipe = read(mel, "trainer.steps=1");
    RunDirectory run = RunDirectory.open(folder.resolve("run"));
    run.writeConfig(recipe);
    assertThat(RecipeFile.read(run.root().resolve("config.yaml"), List.of())).isEqualTo(recipe);
    Path model = new TrainingRun(recipe, run.root(), Devices.of("cpu")).train(e -> {}).get();
    try (LatentCodec<MelCodec> loaded = CodecFolder.load(model, MelCodec.FORMAT)) {
      MelFrontEndConfig front = loaded.codec().config().frontEnd();
      assertThat(front).isEqualTo(((MelCodecRecipe) recipe).mel());
      assertThat(front.bands()).isEqualTo(bands);
      assertThat(front.hop()).isEqualTo(hop);
    }
  }

  @Test
  void the_spectrogram_shows_the_sound_whatever_its_loudness() {
    try (Rng rng = new Rng(1);
        MelFrontEnd front = new MelFrontEnd(MelFrontEndConfig.AUDIO_LDM);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor sound = rng.uniform(2, 4000).sub(new Scalar(0.5));
      Tensor mel = front.logMel(front.normalise(sound));
      assertThat(mel.shape()).containsExactly(2, 25, 64);
      Tensor faint = sound.mul(new Scalar(0.01)).add(new Scalar(0.1));
      Tensor quiet = front.logMel(front.normalise(faint));
      assertThat(quiet.sub(mel).abs().max().item_float()).isLessThan(1e-2f);
      Tensor silence = front.logMel(sound.mul(new Scalar(0.0)));
      assertThat(silence.max().item_float()).isEqualTo((float) Math.log(1e-5));
    }
  }

  @Test
  void what_a_run_folder_keeps_reads_back_as_the_same_recipe() {
    RunDirectory run = RunDirectory.open(folder.resolve("run"));
    run.writeConfig(read());
    Recipe again = RecipeFile.read(run.root().resolve("config.yaml"), List.of());
    assertThat(again).isEqualTo(read());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "format.sampleRate=22050; format.sampleRate = 22050, must be 16000",
        "model.signalChannels=3; model.signalChannels = 3, must be 1",
        "crop=30; crop = 30 is not divisible",
        "crop=82; crop = 82",
        "model.widths=[]; widths has no levels",
        "model.widths=[6, 8]; widths = 6 is not divisible by groups = 4",
        "mel=CORRECT; CORRECT",
        "mel={powerEpsilon: 0}; waveform is missing",
        "mel=null; mel is missing",
      })
  void a_wrong_value_is_named(String override, String message) {
    String alsoSmaller = override.startsWith("crop=30") ? "model.widths=[8, 8, 8]" : "batch=1";
    assertThatThrownBy(() -> read(alsoSmaller, override))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private void train(String run, String... overrides) {
    new TrainingRun(read(overrides), folder.resolve(run), Devices.of("cpu")).train(event -> {});
  }

  private byte[] weights(String run) throws IOException {
    return Files.readAllBytes(
        folder.resolve(run).resolve("checkpoints/step-00000004/codec.safetensors"));
  }

  private static Recipe read(String... overrides) {
    List<String> all = new ArrayList<>(MICRO);
    all.addAll(List.of(overrides));
    return RecipeFile.read(CONFIG, all);
  }
}
