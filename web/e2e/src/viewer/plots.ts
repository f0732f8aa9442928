/// What a person reads off the plots of the 700 cells that Scanpy brings. The numbers are numpy's, pandas' and scipy's:
///   pd.crosstab(obs.louvain, obs.bulk_labels).loc["0"]; obs.n_genes[obs.bulk_labels == "CD19+ B"].describe()
///   pearsonr(obs.n_genes, obs.percent_mito), spearmanr(obs.n_genes, obs.percent_mito)

import { expect } from "vitest";
import { until } from "../page";
import { samples, type ViewerFrame } from "./picture";

/// All cells must be shown.
export async function plotted(viewer: ViewerFrame): Promise<void> {
  await viewer.press("Plots");
  await viewer.choose("For each", "louvain");
  await viewer.choose("Made of", "bulk_labels");
  await viewer.shows("4 of 130 cells of a cluster", ({ panel }) => panel.includes("0CD4+/CD45RA+/CD25- Naive T43.077"));

  await viewer.choose("Plot", "Distribution");
  await picked(viewer, "Value", "n_genes");
  await viewer.choose("By", "bulk_labels");
  await viewer.shows(
    "quartiles and mean of 95 cells",
    ({ panel }) => panel.includes("CD19+ B951225.621") && panel.includes("1046.511241257"),
  );

  await viewer.choose("Plot", "Correlation");
  await picked(viewer, "Across", "n_genes");
  await picked(viewer, "Upwards", "percent_mito");
  await viewer.shows("how two columns go together", ({ panel }) =>
    panel.includes("Pearson r −0.011, Spearman ρ −0.088, n\u00A0700"),
  );
  expect(await viewer.elements("svg.plot-picture path:is([d*=NaN], [d*=Infinity])")).toBe(0);

  await viewer.choose("Plot", "Gene score");
  await viewer.write("Genes", "CST3, lyz <b>none</b>");
  await viewer.shows("which genes there are", ({ panel }) => panel.includes("2 of 3 genes are in this dataset"));
  await viewer.press("Colour by the score");
  await viewer.shows("a score as Scanpy makes it", ({ panel }) => panel.includes("as Scanpy’s score_genes has it"));
  await viewer.shows("its colours", (seen) => samples(seen, "#440154") > 5);
}

async function picked(viewer: ViewerFrame, field: string, column: string): Promise<void> {
  await viewer.write(field, column);
  await until(`"${column}" is offered`, async () => (await viewer.elements(".gene-hits [role=option]")) > 0);
  await viewer.enter(field);
}
