package kinetone.pipeline;

import static kinetone.pipeline.OptionTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kinetone.media.Fit;
import kinetone.media.FrameChoice;
import kinetone.media.PictureFilter;
import kinetone.system.mdsgen.MdsgenOptions;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIndexTest {
  private static final ModelIndex INDEX =
      new ModelIndex(
          "mdsgen",
          "ticks & \"tocks\"",
          TinyModel.FORMAT,
          OptionValues.NONE
              .with(CommonOptions.SAMPLER, SamplerChoice.DPMPP)
              .with(MdsgenOptions.GUIDANCE_POWER, 0.25));

  private static final ModelIndex STRETCHING =
      new ModelIndex(
          "mdsgen",
          "",
          TinyModel.FORMAT,
          new PictureInput(Fit.STRETCH, PictureFilter.BILINEAR, FrameChoice.NEAREST, 8),
          OptionValues.NONE);

  @TempDir Path folder;

  @Test
  void an_index_comes_back_as_it_was_written() throws IOException {
    INDEX.write(folder);
    assertThat(ModelIndex.read(folder)).isEqualTo(INDEX);
    ModelIndex plain = new ModelIndex("monl", "", TinyModel.FORMAT, OptionValues.NONE);
    plain.write(folder);
    assertThat(ModelIndex.read(folder)).isEqualTo(plain);
    STRETCHING.write(folder);
    assertThat(ModelIndex.read(folder)).isEqualTo(STRETCHING);
  }

  @Test
  void how_pictures_are_read_is_said_whole_or_not_at_all() throws IOException {
    damaged(STRETCHING, "\"STRETCH\"", "\"SQUEEZE\"", "pictures");
    damaged(STRETCHING, "\"context\" : 8", "\"context\" : -1", "context");
    damaged(STRETCHING, "\"context\" : 8", "\"contexts\" : 8", "context");
  }

  @ParameterizedTest
  @ValueSource(strings = {"monl-scenes", "mdsgen-scenes"})
  void the_indexes_of_shipped_models_are_as_they_would_be_written(String name) throws IOException {
    Path shipped = Path.of("../models", name);
    ModelIndex.read(shipped).write(folder);
    assertThat(folder.resolve(ModelIndex.FILE))
        .hasSameTextualContentAs(shipped.resolve(ModelIndex.FILE));
  }

  @Test
  void what_is_no_model_folder_is_said_to_be_none() throws IOException {
    refused(() -> ModelIndex.read(folder.resolve("none")), "none does not exist; give --model");
    refused(() -> ModelIndex.read(folder), "is not a model folder: model_index.json is missing");
    Path file = Files.writeString(folder.resolve("file"), "");
    refused(() -> ModelIndex.read(file), "file does not exist");
  }

  @Test
  void damaged_indexes_are_named_with_what_is_wrong() throws IOException {
    INDEX.write(folder);
    damaged("\"mdsgen\"", "\"other\"", "system 'other' is unknown; known: monl, mdsgen");
    damaged("\"mdsgen\"", "7", "'system' is 7, must be a text");
    damaged("\"description\" : \"", "\"description\" : 7, \"x\" : \"", "unknown option 'x'");
    damaged("\"system\" :", "\"System\" :", "unknown option 'System'");
    damaged("\"mdsgen\"", "null", "'system' is missing");
    damaged("\"guidance_power\"", "\"conditioning\"", "unknown option 'conditioning'; known here");
    damaged("0.25", "\"0.25\"", "guidance_power = \"0.25\", must be a number");
    damaged("0.25", "-1", "guidance_power = -1.0, must be between");
    damaged("\"dpmpp\"", "\"euler\"", "sampler 'euler' is unknown; use ddim, ddpm, dpmpp");
    damaged("\"frames\" : 9", "\"frames\" : 0", "frames");
    damaged("\"frames\" : 9", "\"frames\" : 9, \"depth\" : 3", "depth");
    damaged("\"frames\" : 9,", "", "frames");
    damaged("{", "", "model_index.json");
    damaged("\"defaults\"", "\"defaults\" : [], \"default\"", "unknown option 'default'");
  }

  private void damaged(String what, String by, String message) throws IOException {
    damaged(INDEX, what, by, message);
  }

  private void damaged(ModelIndex index, String what, String by, String message)
      throws IOException {
    index.write(folder);
    Path file = folder.resolve(ModelIndex.FILE);
    String text = Files.readString(file);
    assertThat(text).contains(what);
    int at = text.indexOf(what);
    Files.writeString(file, text.substring(0, at) + by + text.substring(at + what.length()));
    refused(() -> ModelIndex.read(folder), message);
    refused(() -> ModelIndex.read(folder), file.toString());
  }
}
