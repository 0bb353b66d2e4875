package kinetone.cli;

/** A training recipe whose steps take milliseconds. */
final class TinyRecipe {
  static final String VIDEO =
      """
      kind: video-codec
      data: {source: scenes, seed: 1, count: 8}
      format: {width: 16, height: 16, frames: 9, framesPerSecond: 8, samples: 9000, sampleRate: 8000}
      model:
        linearPath: true
        patch: 4
        encoder: [{channels: 8, blocks: 1}, {channels: 8, blocks: 0}]
        decoder: [{channels: 8, blocks: 1}, {channels: 8, blocks: 0}]
        spaceDown: [true]
        timeDown: [true]
        upKernel: 1
        norm: CHANNEL
        groups: 1
        timePadding: FIRST_FRAME
        latentChannels: 4
        regularisation: {kind: NOISE, weight: 1.0e-3, deviation: 0.03}
      batch: 2
      loss: {l1: 1, l2: 1, gradient: 0}
      trainer:
        steps: 1000000
        seed: 1
        optimizer: {learningRate: 1.0e-3}
      """;

  private TinyRecipe() {}
}
