package kinetone.text;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code clean_caption} of Open-Sora 1.2.0, rule by rule and in its order. Where the original calls
 * Beautiful Soup, tags and comments are taken out and characters that mark-up names are put in; of
 * ftfy it does what ftfy does to whole text: straight quotation marks, ligatures and wide letters
 * taken apart, line breaks alike, control characters out, and Unicode's composed form (text that
 * was decoded with a wrong table is not repaired).
 */
final class OpenSoraCleaning {
  private static final String SITES = "(?:com|co|ru|net|org|edu|gov|it)[\\w/-]*\\b/?(?!@)))";

  private static final Pattern ESCAPES = pattern("(?:%[0-9a-fA-F]{2})+");
  private static final Pattern COMMENT = pattern("(?s)<!--.*?-->|<[!?][^>]*>?");
  private static final Pattern TAG = pattern("</?[a-zA-Z][^>]*>");
  private static final Pattern CHARACTER = pattern("&(#x[0-9a-fA-F]+|#[0-9]+|[a-zA-Z]+);?");
  private static final Pattern HYPHEN = pattern("[\\-_]");

  private static final Map<String, String> NAMED =
      Map.ofEntries(
          Map.entry("amp", "&"),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("quot", "\""),
          Map.entry("apos", "'"),
          Map.entry("nbsp", "\u00a0"),
          Map.entry("copy", "\u00a9"),
          Map.entry("reg", "\u00ae"),
          Map.entry("deg", "\u00b0"),
          Map.entry("laquo", "\u00ab"),
          Map.entry("raquo", "\u00bb"),
          Map.entry("ndash", "\u2013"),
          Map.entry("mdash", "\u2014"),
          Map.entry("lsquo", "\u2018"),
          Map.entry("rsquo", "\u2019"),
          Map.entry("ldquo", "\u201c"),
          Map.entry("rdquo", "\u201d"),
          Map.entry("hellip", "\u2026"),
          Map.entry("bull", "\u2022"),
          Map.entry("trade", "\u2122"),
          Map.entry("euro", "\u20ac"));

  private static final List<Rule> BEFORE_MARKUP =
      List.of(
          rule("<person>", "person"),
          rule("\\b((?:https?:(?:/{1,3}|[a-zA-Z0-9%])|[a-zA-Z0-9.\\-]+[.]" + SITES, ""),
          rule("\\b((?:www:(?:/{1,3}|[a-zA-Z0-9%])|[a-zA-Z0-9.\\-]+[.]" + SITES, ""));

  private static final List<Rule> AFTER_MARKUP =
      List.of(
          rule("@[\\w\\d]+\\b", ""),
          rule("[\\u31c0-\\u31ef\\u31f0-\\u31ff\\u3200-\\u9fff]+", ""),
          rule(
              "[\\u002D\\u058A\\u05BE\\u1400\\u1806\\u2010-\\u2015\\u2E17\\u2E1A\\u2E3A\\u2E3B\\u2E40"
                  + "\\u301C\\u3030\\u30A0\\uFE31\\uFE32\\uFE58\\uFE63\\uFF0D]+",
              "-"),
          rule("[`\u00b4\u00ab\u00bb\u201c\u201d\u00a8]", "\""),
          rule("[\u2018\u2019]", "'"),
          rule("&quot;?", ""),
          rule("&amp", ""),
          rule("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}", " "),
          rule("\\d:\\d\\d\\s+\\n?\\z", ""),
          rule("\\\\n", " "),
          rule("#\\d{1,3}\\b", ""),
          rule("#\\d{5,}\\b", ""),
          rule("\\b\\d{6,}\\b", ""),
          rule("\\S+\\.(?:png|jpg|jpeg|bmp|webp|eps|pdf|apk|mp4)", ""),
          rule("[\"']{2,}", "\""),
          rule("\\.{2,}", " "),
          rule(
              "[#\u00ae\u2022\u00a9\u2122&@\u00b7\u00ba\u00bd\u00be\u00bf\u00a1\u00a7~)(\\]\\[}{|\\\\/*]+",
              " "),
          rule("\\s+\\.\\s+", " "));

  private static final List<Rule> AT_LAST =
      List.of(
          rule("\\b[a-zA-Z]{1,3}\\d{3,15}\\b", ""),
          rule("\\b[a-zA-Z]+\\d+[a-zA-Z]+\\b", ""),
          rule("\\b\\d+[a-zA-Z]+\\d+\\b", ""),
          rule("(worldwide\\s+)?(free\\s+)?shipping", ""),
          rule("(free\\s)?download(\\sfree)?", ""),
          rule("\\bclick\\b\\s(?:for|on)\\s\\w+", ""),
          rule("\\b(?:png|jpg|jpeg|bmp|webp|eps|pdf|apk|mp4)(\\simages?)?", ""),
          rule("\\bpage\\s+\\d+\\b", ""),
          rule("\\b\\d*[a-zA-Z]+\\d+[a-zA-Z]+\\d+[a-zA-Z\\d]*\\b", " "),
          rule("\\b\\d+\\.?\\d*[x\u0445\u00d7]\\d+\\.?\\d*\\b", ""),
          rule("\\b\\s+:\\s+", ": "),
          rule("(\\D[,./])\\b", "$1 "),
          rule("\\s+", " "),
          rule("\\A[\"']([\\w\\W]+)[\"']\\n?\\z", "$1"),
          rule("\\A['_,\\-:;]", ""),
          rule("['_,\\-:+]\\n?\\z", ""),
          rule("\\A\\.\\S+\\n?\\z", ""));

  private record Rule(Pattern what, String with) {
    String apply(String text) {
      return what.matcher(text).replaceAll(with);
    }
  }

  private OpenSoraCleaning() {}

  static String clean(String caption) {
    String text = strip(unquote(caption)).toLowerCase(Locale.ROOT);
    text = apply(BEFORE_MARKUP, text);
    text = unescape(TAG.matcher(COMMENT.matcher(text).replaceAll("")).replaceAll(""));
    text = apply(AFTER_MARKUP, text);
    if (HYPHEN.matcher(text).results().count() > 3) {
      text = HYPHEN.matcher(text).replaceAll(" ");
    }
    text = strip(unescape(unescape(fixed(text))));
    return strip(apply(AT_LAST, text));
  }

  private static String apply(List<Rule> rules, String caption) {
    String text = caption;
    for (var rule : rules) {
      text = rule.apply(text);
    }
    return text;
  }

  /** Python's {@code urllib.parse.unquote_plus}. */
  private static String unquote(String text) {
    return ESCAPES
        .matcher(text.replace('+', ' '))
        .replaceAll(
            match -> {
              String escapes = match.group();
              byte[] bytes = new byte[escapes.length() / 3];
              for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) Integer.parseInt(escapes.substring(3 * i + 1, 3 * i + 3), 16);
              }
              return Matcher.quoteReplacement(new String(bytes, StandardCharsets.UTF_8));
            });
  }

  private static String unescape(String text) {
    return CHARACTER
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(character(match.group(), match.group(1))));
  }

  private static String character(String whole, String name) {
    if (!name.startsWith("#")) {
      return NAMED.getOrDefault(name.toLowerCase(Locale.ROOT), whole);
    }
    boolean hexadecimal = name.startsWith("#x");
    String digits = name.substring(hexadecimal ? 2 : 1);
    if (digits.length() > 7) {
      return "\ufffd";
    }
    int point = Integer.parseInt(digits, hexadecimal ? 16 : 10);
    boolean valid =
        Character.isValidCodePoint(point) && point != 0 && (point < 0xd800 || point > 0xdfff);
    return valid ? Character.toString(point) : "\ufffd";
  }

  /** As far as ftfy is followed. */
  private static String fixed(String text) {
    var out = new StringBuilder();
    text.codePoints().forEach(point -> fixed(point, out));
    return Normalizer.normalize(out.toString(), Normalizer.Form.NFC);
  }

  private static void fixed(int point, StringBuilder out) {
    boolean ligature = point >= 0xfb00 && point <= 0xfb06;
    boolean wide = (point >= 0xff01 && point <= 0xffef) || point == 0x3000;
    boolean control =
        (point < 0x20 && point != '\t' && point != '\n' && point != '\f' && point != '\r')
            || point == 0x7f
            || point == 0xfeff
            || (point >= 0x206a && point <= 0x206f)
            || (point >= 0xfff9 && point <= 0xfffc);
    if (ligature || wide) {
      out.append(Normalizer.normalize(Character.toString(point), Normalizer.Form.NFKC));
    } else if ((point >= 0x2018 && point <= 0x201b) || point == 0x02bc) {
      out.append('\'');
    } else if (point >= 0x201c && point <= 0x201f) {
      out.append('"');
    } else if (point == '\r' || point == 0x2028 || point == 0x2029 || point == 0x85) {
      out.append('\n');
    } else if (!control) {
      out.appendCodePoint(point >= 0xd800 && point <= 0xdfff ? 0xfffd : point);
    }
  }

  /** Python's {@code strip}: all white space of Unicode. */
  private static String strip(String text) {
    return text.replaceAll("(?U)\\A\\s+|\\s+\\z", "");
  }

  private static Rule rule(String what, String with) {
    return new Rule(pattern(what), with);
  }

  private static Pattern pattern(String what) {
    return Pattern.compile(what, Pattern.UNICODE_CHARACTER_CLASS);
  }
}
