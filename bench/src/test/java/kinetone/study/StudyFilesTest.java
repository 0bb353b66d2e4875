package kinetone.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.xml.parsers.DocumentBuilderFactory;
import kinetone.checkpoint.Json;
import kinetone.metric.Bootstrap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class StudyFilesTest {
  private static final StudyAnalysis ANALYSIS =
      new StudyAnalysis(new Screening(0.3, 0.3), 0.05, new Bootstrap(50, 0.95, 1));

  @TempDir Path folder;

  private static StudyReport report(double difference) {
    SimulatedStudy study = SimulatedStudy.ofRatings(12);
    List<RaterAnswers> answers =
        new ArrayList<>(study.ratings(RatingModel.USUAL, difference, 6, new SplittableRandom(1)));
    RaterAnswers last = answers.remove(5);
    answers.add(study.rater("=<b>\"x\"", last.answers()));
    return ANALYSIS.run(study.study(), answers);
  }

  @Test
  void page_figure_json_and_tables_tell_the_same() throws IOException {
    StudyReport report = report(1.5);
    StudyFiles.write(folder, report);
    JsonNode json = Json.MAPPER.readTree(folder.resolve("report.json").toFile());
    assertThat(json.at("/comparisons/0/verdict").asText()).isEqualTo("ours higher");
    assertThat(json.at("/comparisons/0/u").asDouble()).isEqualTo(report.comparisons().get(0).u());
    assertThat(folder.resolve("comparisons.csv"))
        .content()
        .contains("\"audio\",\"ours\",\"theirs\",72,72,", "\"ours higher\"");
    assertThat(folder.resolve("raters.csv")).content().contains("\"'=<b>\"\"x\"\"\",true,");
    assertThat(folder.resolve("index.html"))
        .content()
        .contains("<svg", "ours higher", "=&lt;b&gt;&quot;x&quot;")
        .doesNotContain("<b>");
    assertThat(folder.resolve("preferences.csv")).content().hasLineCount(1);
  }

  @Test
  void the_figure_shows_the_shares_of_scores_and_marks_what_differs() throws Exception {
    Document figure = svg(LikertFigure.svg(report(1.5)));
    NodeList bars = figure.getElementsByTagName("rect");
    double[] width = new double[2];
    for (int i = 5; i < bars.getLength(); i++) {
      Element bar = (Element) bars.item(i);
      int row = Double.parseDouble(bar.getAttribute("y")) < 80 ? 0 : 1;
      width[row] += Double.parseDouble(bar.getAttribute("width"));
    }
    assertThat(width[0]).isBetween(518.0, 522.0);
    assertThat(width[1]).isBetween(518.0, 522.0);
    assertThat(figure.getElementsByTagName("path").getLength()).isEqualTo(1);
    assertThat(svg(LikertFigure.svg(report(0))).getElementsByTagName("path").getLength()).isZero();
  }

  private static Document svg(String text) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text)));
  }

  @Test
  void pairs_alone_have_no_figure() throws IOException {
    SimulatedStudy study = SimulatedStudy.ofPairs(10);
    StudyReport report =
        ANALYSIS.run(study.study(), study.preferences(0.6, 4, new SplittableRandom(1)));
    StudyFiles.write(folder, report);
    assertThat(folder.resolve("figure.svg")).doesNotExist();
    assertThat(folder.resolve("index.html")).content().contains("Preferences");
    assertThat(Files.readAllLines(folder.resolve("preferences.csv"))).hasSize(2);
  }
}
