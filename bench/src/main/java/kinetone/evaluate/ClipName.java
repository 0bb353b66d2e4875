package kinetone.evaluate;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What names of files say about which clips belong together. */
public final class ClipName {
  /** As {@code generate} calls what it makes. */
  private static final Pattern MADE =
      Pattern.compile("(.+)-(?:v2a|a2v|continue|inpaint|segments|joint|t2av)-seed-?\\d+");

  /** As it numbers the requests of a batch. */
  private static final Pattern NUMBERED = Pattern.compile("\\d{3,}-(.+)");

  private ClipName() {}

  /** The name without its ending, and without task and seed if it was made. */
  public static String key(String file) {
    int dot = file.lastIndexOf('.');
    String stem = dot > 0 ? file.substring(0, dot) : file;
    Matcher made = MADE.matcher(stem);
    return made.matches() ? made.group(1) : stem;
  }

  /**
   * What the clip may be called that this one was made for. Of {@code 003-00002-ball-v2a-seed7.mp4}
   * 003-00002-ball, and 00002-ball, since the number may be that of the request.
   */
  public static List<String> keys(String file) {
    String key = key(file);
    Matcher numbered = NUMBERED.matcher(key);
    return numbered.matches() ? List.of(key, numbered.group(1)) : List.of(key);
  }
}
