package kinetone.text;

import java.util.Locale;

/** What is done to a caption before it is cut into pieces. */
public enum Cleaning {
  /** Nothing. */
  NONE {
    @Override
    public String clean(String caption) {
      return caption;
    }
  },
  /** Lower case, without blanks at the ends. */
  LOWER_CASE {
    @Override
    public String clean(String caption) {
      return caption.toLowerCase(Locale.ROOT).strip();
    }
  },
  /**
   * What Open-Sora's encoder was fed with in training ({@code text_preprocessing} in {@code
   * opensora/models/text_encoder/t5.py}, release 1.2.0): addresses, file names, mark-up, Chinese
   * characters, article numbers and words of shops are taken out, dashes and quotation marks made
   * alike, all in lower case; and that twice.
   */
  OPEN_SORA {
    @Override
    public String clean(String caption) {
      return OpenSoraCleaning.clean(OpenSoraCleaning.clean(caption));
    }
  };

  /** The caption as it is cut into pieces. */
  public abstract String clean(String caption);
}
