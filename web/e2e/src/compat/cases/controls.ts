import type { Case } from "../types";

const GROUP = "ipywidgets";
const packages = ["ipywidgets"];
const control = (name: string, code: string, css: string, more: Partial<Case> = {}): Case => ({
  name: `ipywidgets: ${name}`,
  group: GROUP,
  packages,
  cells: ["import ipywidgets as w", code],
  signs: [{ css }],
  colours: 3,
  ...more,
});

export const CONTROLS: readonly Case[] = [
  control(
    "sliders",
    "w.VBox([w.IntSlider(), w.FloatSlider(), w.IntRangeSlider(), w.FloatLogSlider(), w.SelectionSlider(options=['a', 'b'])])",
    ".noUi-handle",
    {
      signs: [{ css: ".noUi-handle", count: 6 }],
    },
  ),
  control(
    "text and numbers",
    "w.VBox([w.Text('one'), w.Textarea('two'), w.IntText(3), w.FloatText(4.5), w.Combobox(options=['x']), w.Password(value='p')])",
    "input",
    {
      signs: [{ css: "input", count: 4 }, { css: "textarea" }],
    },
  ),
  control(
    "choices",
    "w.VBox([w.Dropdown(options=['a', 'b']), w.RadioButtons(options=['a', 'b']), w.Select(options=['a', 'b']), w.SelectMultiple(options=['a', 'b']), w.ToggleButtons(options=['a', 'b'])])",
    "select",
    {
      signs: [
        { css: "select", count: 3 },
        { css: "input[type=radio]", count: 2 },
        { css: ".widget-toggle-button", count: 2 },
      ],
    },
  ),
  control(
    "dates, times and colours",
    "import datetime as d\nw.VBox([w.DatePicker(value=d.date(2024, 1, 2)), w.TimePicker(), w.ColorPicker(value='teal'), w.TagsInput(value=['a', 'b'])])",
    "input[type=date]",
    {
      signs: [
        { css: "input[type=date]" },
        { css: "input[type=time]" },
        { css: "input[type=color]" },
        { css: ".jupyter-widget-tag", count: 2 },
      ],
    },
  ),
  control(
    "booleans and progress",
    "w.VBox([w.Checkbox(True), w.ToggleButton(description='t'), w.Valid(True), w.IntProgress(5), w.FloatProgress(.5, max=1)])",
    ".progress-bar",
    {
      signs: [{ css: "input[type=checkbox]" }, { css: ".progress-bar", count: 2 }],
    },
  ),
  control(
    "layouts",
    "w.Tab([w.Accordion([w.Label('in')], titles=['acc'], selected_index=0), w.GridBox([w.Button(description=str(i)) for i in range(4)])], titles=['first', 'second'])",
    ".jupyter-widget-Collapse-contents",
    {
      signs: [
        { css: ".lm-TabBar-tab", count: 2 },
        { css: ".jupyter-widget-Collapse-contents", text: "in" },
      ],
    },
  ),
  control(
    "HTML, maths and an image",
    "w.VBox([w.HTML('<b>bold</b>'), w.HTMLMath('$x^2$'), w.Label('label'), w.Image(value=bytes.fromhex('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082'), width=40, height=40)])",
    "b",
    {
      signs: [{ css: "b", text: "bold" }, { css: "img" }],
    },
  ),
  control("interact", "@w.interact(x=(0, 10))\ndef f(x=3):\n    print('value', x * 2)", ".noUi-handle", {
    signs: [{ css: ".noUi-handle" }, { css: "pre", text: "value 6" }],
  }),
  control(
    "a button and an Output",
    "o = w.Output(); b = w.Button(description='go')\n@b.on_click\ndef _(b):\n    with o: print('pressed')\nw.VBox([b, o])",
    "button",
    {
      press: { css: "button.widget-button", gives: { css: "pre", text: "pressed" } },
    },
  ),
  control(
    "jslink",
    "a, b = w.IntSlider(), w.IntProgress(); l = w.jslink((a, 'value'), (b, 'value')); w.VBox([a, b])",
    ".progress-bar",
    {
      signs: [{ css: ".noUi-handle" }, { css: ".progress-bar" }],
    },
  ),
  control("files", "w.FileUpload()", "input[type=file], .jupyter-button"),
  control(
    "a game of play",
    "p = w.Play(); s = w.IntSlider(); w.jslink((p, 'value'), (s, 'value')); w.HBox([p, s])",
    ".widget-play button",
    {
      signs: [{ css: ".widget-play button", count: 2 }],
    },
  ),
];
