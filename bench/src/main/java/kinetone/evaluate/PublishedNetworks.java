package kinetone.evaluate;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Every network of others that figures are made with; a new one gets a line here. */
final class PublishedNetworks {
  private static final List<Function<Path, PublishedNetwork<?>>> ALL =
      List.of(
          VggishNetwork::new,
          InceptionNetwork::likeTensorFlow,
          InceptionNetwork::likePytorchFid,
          I3dNetwork::mmDiffusion,
          I3dNetwork::styleganV,
          PannsNetwork::new,
          MelceptionNetwork::new,
          ClapNetwork::new,
          ClapTextNetwork::new,
          AudioClipNetwork::new);

  private PublishedNetworks() {}

  /** Those that may be in {@code models}, each in a folder of its name. */
  static List<PublishedNetwork<?>> in(Path models) {
    return ALL.stream().<PublishedNetwork<?>>map(network -> network.apply(models)).toList();
  }
}
