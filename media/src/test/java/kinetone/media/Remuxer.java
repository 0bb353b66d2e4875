package kinetone.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_new;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_set;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.nio.file.Path;
import java.util.function.IntToDoubleFunction;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;

/** Copies packets into another container and bends their time stamps: awkward files for tests. */
final class Remuxer {
  private double endSeconds = Double.POSITIVE_INFINITY;
  private IntToDoubleFunction pictureTime;
  private double videoDelay;
  private double audioDelay;
  private int clockwise;
  private int aspectWidth;
  private int aspectHeight;

  Remuxer until(double seconds) {
    endSeconds = seconds;
    return this;
  }

  /** Seconds at which packet k of the pictures is shown; needs a stream without B-pictures. */
  Remuxer pictureTimes(IntToDoubleFunction seconds) {
    pictureTime = seconds;
    return this;
  }

  Remuxer delays(double video, double audio) {
    videoDelay = video;
    audioDelay = audio;
    return this;
  }

  Remuxer rotation(int degreesClockwise) {
    clockwise = degreesClockwise;
    return this;
  }

  Remuxer aspect(int width, int height) {
    aspectWidth = width;
    aspectHeight = height;
    return this;
  }

  Path copy(Path from, Path to, String container) {
    Ffmpeg.silence();
    AVFormatContext in = new AVFormatContext(null);
    AVFormatContext out = new AVFormatContext(null);
    AVPacket packet = av_packet_alloc();
    try (PointerScope scope = new PointerScope()) {
      check(avformat_open_input(in, Ffmpeg.url(from), null, (AVDictionary) null));
      check(avformat_find_stream_info(in, (AVDictionary) null));
      check(avformat_alloc_output_context2(out, null, new BytePointer(container), Ffmpeg.url(to)));
      out.flags(out.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
      if (videoDelay < 0) {
        out.avoid_negative_ts(AVFormatContext.AVFMT_AVOID_NEG_TS_DISABLED);
      }
      AVIOContext file = new AVIOContext(null);
      check(avio_open(file, Ffmpeg.url(to), AVIO_FLAG_WRITE));
      out.pb(file);
      for (int i = 0; i < in.nb_streams(); i++) {
        addStream(in.streams(i), avformat_new_stream(out, null));
      }
      AVDictionary options = new AVDictionary(null);
      av_dict_set(options, "movflags", "+faststart", 0);
      check(avformat_write_header(out, options));
      av_dict_free(options);
      int pictures = 0;
      while (av_read_frame(in, packet) >= 0) {
        AVStream source = in.streams(packet.stream_index());
        AVStream target = out.streams(packet.stream_index());
        if (packet.dts() * Ffmpeg.value(source.time_base()) >= endSeconds) {
          continue;
        }
        av_packet_rescale_ts(packet, source.time_base(), target.time_base());
        double tick = Ffmpeg.value(target.time_base());
        boolean isVideo = source.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO;
        if (isVideo && pictureTime != null) {
          double time = pictureTime.applyAsDouble(pictures);
          packet.pts(Math.round(time / tick)).dts(packet.pts());
          packet.duration(Math.round((pictureTime.applyAsDouble(pictures + 1) - time) / tick));
          pictures++;
        }
        long delay = Math.round((isVideo ? videoDelay : audioDelay) / tick);
        packet.pts(packet.pts() + delay).dts(packet.dts() + delay);
        check(av_interleaved_write_frame(out, packet));
      }
      check(av_write_trailer(out));
      out.pb((AVIOContext) null);
      check(avio_close(file));
      return to;
    } finally {
      av_packet_free(packet);
      avformat_close_input(in);
      avformat_free_context(out);
    }
  }

  private void addStream(AVStream source, AVStream target) {
    check(avcodec_parameters_copy(target.codecpar(), source.codecpar()));
    target.codecpar().codec_tag(0);
    target.time_base(source.time_base());
    target.avg_frame_rate(source.avg_frame_rate());
    if (aspectWidth != 0) {
      target.codecpar().sample_aspect_ratio(av_make_q(aspectWidth, aspectHeight));
      target.sample_aspect_ratio(av_make_q(aspectWidth, aspectHeight));
    }
    if (clockwise != 0 && source.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO) {
      AVPacketSideData list = new AVPacketSideData(null);
      IntPointer count = new IntPointer(1).put(0);
      AVPacketSideData side =
          av_packet_side_data_new(list, count, AV_PKT_DATA_DISPLAYMATRIX, 36, 0);
      av_display_rotation_set(new IntPointer(side.data()), clockwise);
      target.codecpar().coded_side_data(list).nb_coded_side_data(count.get());
    }
  }

  private static void check(int code) {
    if (code < 0) {
      throw new IllegalStateException(Ffmpeg.describe(code));
    }
  }
}
