package kinetone.server;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/**
 * Files that nobody should send: pictures and tracks beyond all bounds, little that unpacks to
 * much, and texts that name other files and addresses. Built byte by byte, the same on every
 * machine.
 */
final class Zoo {
  private static final int MANY = 100_000;
  private static final int SIDE = 10_000;

  private final Map<String, byte[]> files = new LinkedHashMap<>();

  /**
   * Builds them.
   *
   * @param secret a file that must not be read
   * @param port of this machine, at which nobody must call
   */
  Zoo(Path secret, int port) throws IOException {
    lists(secret, "http://127.0.0.1:" + port + "/a", port);
    byte[] picture = hugePng();
    files.put("picture of 100 megapixels.png", picture);
    files.put("pictures of 100 megapixels.avi", avi("MPNG", SIDE, SIDE, picture));
    files.put("pictures of 100 megapixels that say 64.avi", avi("MPNG", 64, 64, picture));
    files.put("jpegs of 100 megapixels that say 64.avi", avi("MJPG", 64, 64, hugeJpeg()));
    files.put("tracks.avi", manyTracksAvi());
    files.put("tracks.mkv", manyTracksMatroska());
    files.put("tracks.mp4", mp4(box("moov", repeated(box("trak", new byte[0]), MANY))));
    files.put("nested.mp4", mp4(nested(20_000)));
    files.put("unpacks to 200 MB.mkv", packedMatroska());
    files.put("endless.wav", wav(1, 8000, 0xffff_ffffL));
    files.put("loud.wav", wav(65_535, 8000, 1 << 20));
    files.put("fast.wav", wav(1, 0x7fff_ffff, 1 << 20));
    files.put("still.wav", wav(1, 0, 1 << 20));
    files.put("empty.mp4", new byte[0]);
    files.put("one byte.mp4", new byte[] {0});
    files.put("zeros.mp4", new byte[1 << 20]);
    files.put(
        "page.svg", ascii("<svg xmlns='http://www.w3.org/2000/svg'><image href='/a'/></svg>"));
  }

  /** The files by name. */
  Map<String, byte[]> files() {
    return files;
  }

  private void lists(Path secret, String url, int port) {
    String hls = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n%s\n#EXT-X-ENDLIST\n";
    list("hls.m3u8", hls, url);
    list("hls of a file.mp4", hls, secret);
    list("hls of a file url.mp4", hls, "file://" + secret);
    list("hls of parts.mp4", hls, "subfile,,start,0,end,9,,:" + secret);
    list("hls of both.mp4", hls, "concat:" + secret + "|" + secret);
    list(
        "hls with a key.mp4",
        "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"%s\"\n#EXTINF:1,\na\n",
        url);
    list("concat.txt", "ffconcat version 1.0\nfile '%s'\n", secret);
    list("concat of an address.mp4", "ffconcat version 1.0\nfile '%s'\n", url);
    list("manifest.mpd", "<?xml version=\"1.0\"?><MPD><BaseURL>%s</BaseURL></MPD>", url);
    list(
        "imf.xml",
        "<?xml version=\"1.0\"?><CompositionPlaylist><a>%s</a></CompositionPlaylist>",
        url);
    list(
        "session.sdp",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video %s RTP/AVP 96\n",
        port);
    list("script.avs", "DirectShowSource(\"%s\")\n", secret);
    list("script.vpy", "open('%s')\n", secret);
    list("list.pls", "[playlist]\nFile1=%s\n", url);
    list("redirect.asx", "<ASX><ENTRY><REF HREF=\"%s\"/></ENTRY></ASX>", url);
    list("reference.mov", "rtsptext\r\n%s\r\n", url);
    list("address.mp4", "%s\n", url);
    list("metadata.mp4", ";FFMETADATA1\ntitle=%s\n", secret);
  }

  private void list(String name, String text, Object place) {
    files.put(name, ascii(String.format(text, place)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] repeated(byte[] part, int times) {
    byte[] all = new byte[part.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(part, 0, all, i * part.length, part.length);
    }
    return all;
  }

  private static byte[] zipped(long zeros) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream packed = new DeflaterOutputStream(out, new Deflater(1))) {
      byte[] block = new byte[1 << 20];
      for (long left = zeros; left > 0; left -= block.length) {
        packed.write(block, 0, (int) Math.min(left, block.length));
      }
    }
    return out.toByteArray();
  }

  /** Black, one byte a pixel, and a filter byte a row: some 100 kB. */
  private static byte[] hugePng() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(SIDE).putInt(SIDE);
    header.put((byte) 8);
    return joined(
        new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'},
        chunk("IHDR", header.array()),
        chunk("IDAT", zipped((SIDE + 1L) * SIDE)),
        chunk("IEND", new byte[0]));
  }

  private static byte[] chunk(String name, byte[] content) {
    byte[] named = joined(ascii(name), content);
    CRC32 check = new CRC32();
    check.update(named);
    ByteBuffer all = ByteBuffer.allocate(8 + named.length);
    return all.putInt(content.length).put(named).putInt((int) check.getValue()).array();
  }

  /** A small one, whose header says that it is large. */
  private static byte[] hugeJpeg() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY), "jpg", out);
    byte[] jpeg = out.toByteArray();
    for (int i = 0; i < jpeg.length - 9; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
        ByteBuffer.wrap(jpeg).putShort(i + 5, (short) SIDE).putShort(i + 7, (short) SIDE);
      }
    }
    return jpeg;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] content(ByteBuffer full) {
    byte[] bytes = new byte[full.capacity()];
    full.rewind().get(bytes);
    return bytes;
  }

  private static byte[] riff(String name, byte[]... parts) {
    byte[] content = joined(parts);
    byte[] padding = new byte[content.length % 2];
    return joined(ascii(name), little(4).putInt(content.length).array(), content, padding);
  }

  private static byte[] list(String kind, byte[]... parts) {
    return riff("LIST", ascii(kind), joined(parts));
  }

  private static byte[] aviHeader(int tracks, int width, int height) {
    ByteBuffer header = little(56).putInt(125_000).putInt(0).putInt(0).putInt(0x10).putInt(16);
    header.putInt(0).putInt(tracks).putInt(0).putInt(width).putInt(height);
    return riff("avih", content(header));
  }

  private static byte[] aviTrack(String codec, int width, int height) {
    ByteBuffer track = little(56).put(ascii("vids")).put(ascii(codec)).putInt(0).putInt(0);
    track.putInt(0).putInt(1).putInt(8).putInt(0).putInt(16);
    ByteBuffer format = little(40).putInt(40).putInt(width).putInt(height).putShort((short) 1);
    format.putShort((short) 24).put(ascii(codec));
    return list("strl", riff("strh", content(track)), riff("strf", content(format)));
  }

  private static byte[] avi(String codec, int width, int height, byte[] picture) {
    byte[] header = list("hdrl", aviHeader(1, width, height), aviTrack(codec, width, height));
    byte[] pictures = list("movi", repeated(riff("00dc", picture), 16));
    return riff("RIFF", ascii("AVI "), header, pictures);
  }

  private static byte[] manyTracksAvi() {
    byte[] tracks = repeated(aviTrack("MJPG", 16, 16), MANY);
    byte[] movi = list("movi", riff("00dc", new byte[16]));
    return riff("RIFF", ascii("AVI "), list("hdrl", aviHeader(MANY, 16, 16), tracks), movi);
  }

  private static byte[] box(String name, byte[] content) {
    return ByteBuffer.allocate(8 + content.length)
        .putInt(8 + content.length)
        .put(ascii(name))
        .put(content)
        .array();
  }

  private static byte[] mp4(byte[] moov) {
    return joined(box("ftyp", ascii("isom\0\0\2\0isomiso2mp41")), moov, box("mdat", new byte[64]));
  }

  private static byte[] nested(int depth) {
    ByteBuffer all = ByteBuffer.allocate(8 * depth);
    for (int i = 0; i < depth; i++) {
      all.putInt(8 * (depth - i)).put(ascii(i == 0 ? "moov" : "trak"));
    }
    return all.array();
  }

  /** An element of Matroska with a size of eight bytes. */
  private static byte[] element(long name, byte[]... parts) {
    byte[] content = joined(parts);
    byte[] id = ByteBuffer.allocate(8).putLong(name).array();
    int from = Long.numberOfLeadingZeros(name) / 8;
    ByteBuffer size = ByteBuffer.allocate(8).putLong(0x0100_0000_0000_0000L | content.length);
    return joined(java.util.Arrays.copyOfRange(id, from, 8), size.array(), content);
  }

  private static byte[] number(long name, int value) {
    return element(name, ByteBuffer.allocate(4).putInt(value).array());
  }

  private static byte[] matroska(byte[]... parts) {
    byte[] head = element(0x1a45_dfa3L, element(0x4282, ascii("matroska")));
    byte[] info = element(0x1549_a966L, number(0x2a_d7b1, 1_000_000));
    return joined(head, element(0x1853_8067L, info, joined(parts)));
  }

  private static byte[] manyTracksMatroska() {
    ByteArrayOutputStream tracks = new ByteArrayOutputStream();
    for (int i = 1; i <= MANY; i++) {
      tracks.writeBytes(
          element(
              0xae,
              number(0xd7, i),
              number(0x73c5, i),
              number(0x83, 2),
              element(0x86, ascii("A_PCM/INT/LIT"))));
    }
    return matroska(element(0x1654_ae6bL, tracks.toByteArray()), cluster(new byte[16]));
  }

  /** A cluster of one block of the first track. */
  private static byte[] cluster(byte[] content) {
    byte[] head = {(byte) 0x81, 0, 0, (byte) 0x80};
    return element(0x1f43_b675L, number(0xe7, 0), element(0xa3, head, content));
  }

  private static byte[] packedMatroska() throws IOException {
    byte[] packing = element(0x6d80, element(0x6240, element(0x5034, number(0x4254, 0))));
    byte[] size = element(0xe0, number(0xb0, 64), number(0xba, 64));
    byte[] codec = element(0x86, ascii("V_MJPEG"));
    byte[] track =
        element(0xae, number(0xd7, 1), number(0x73c5, 1), number(0x83, 1), codec, size, packing);
    return matroska(element(0x1654_ae6bL, track), cluster(zipped(200L << 20)));
  }

  private static byte[] wav(int channels, int rate, long bytes) {
    ByteBuffer head =
        little(44).put(ascii("RIFF")).putInt((int) (bytes + 36)).put(ascii("WAVEfmt "));
    head.putInt(16).putShort((short) 1).putShort((short) channels).putInt(rate);
    head.putInt(rate * 2 * channels).putShort((short) (2 * channels)).putShort((short) 16);
    head.put(ascii("data")).putInt((int) bytes);
    return joined(content(head), new byte[1 << 16]);
  }

  /** Writes one into a folder. */
  Path write(String name, Path folder) throws IOException {
    return Files.write(folder.resolve(name), files.get(name));
  }
}
