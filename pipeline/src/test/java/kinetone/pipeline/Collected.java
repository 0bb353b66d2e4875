package kinetone.pipeline;

import java.util.ArrayList;
import java.util.List;

/** What a sink was given. */
public final class Collected {
  public final List<float[]> pieces = new ArrayList<>();

  /** The soundtrack that {@code model} makes. */
  public static Collected soundtrack(Pipeline model, GenerateRequest request) {
    Collected sound = new Collected();
    model.soundtrack(request, sound::take, SoundtrackListener.NONE, new Cancellation());
    return sound;
  }

  public void take(float[][] samples) {
    pieces.add(samples[0]);
  }

  public float[] samples() {
    int length = pieces.stream().mapToInt(p -> p.length).sum();
    float[] all = new float[length];
    int at = 0;
    for (float[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }
}
