package kinetone.evaluate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kinetone.common.Sha256;
import kinetone.feature.clap.ClapText;
import kinetone.feature.clap.ClapTextEncoder;
import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.tensor.TensorScope;

/**
 * Both towers of CLAP: row 0 is the embedding of the sound, row 1 that of the caption beside the
 * clip, where there is one.
 */
final class ClapTextNetwork extends PublishedNetwork<ClapText> {
  private final ClapNetwork sound;
  private ClapTextEncoder encoder;

  ClapTextNetwork(Path models) {
    super(
        models,
        "clap-text",
        ClapTextEncoder.TYPE,
        "the folder laion/clap-htsat-unfused of Hugging Face");
    sound = new ClapNetwork(models);
  }

  @Override
  List<Metric> metrics() {
    return List.of(new ClapScoreMetric(told("CLAP's tower for captions"), sound.heard(), this));
  }

  @Override
  Optional<String> alsoMissing() {
    return sound.missing();
  }

  @Override
  String form() {
    return "clap-text-1-" + sound.id();
  }

  @Override
  ClapText load(Path folder) {
    encoder = ClapTextEncoder.load(folder);
    return encoder.network();
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return sound.reading(plain);
  }

  @Override
  public String beside(Path file) {
    return Caption.beside(file)
        .map(text -> "-caption-" + Sha256.of(text).substring(0, 16))
        .orElse("");
  }

  @Override
  public double[][] of(Path file, Clip clip) {
    double[][] heard = sound.of(clip);
    Optional<String> caption = Caption.beside(file);
    if (heard.length == 0 || caption.isEmpty()) {
      return heard;
    }
    network();
    try (TensorScope scope = TensorScope.open()) {
      return new double[][] {heard[0], rows(encoder.encode(caption.get()))[0]};
    }
  }

  @Override
  public double[][] of(Clip clip) {
    return sound.of(clip);
  }

  @Override
  public void close() {
    super.close();
    sound.close();
  }
}
