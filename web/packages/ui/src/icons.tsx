/// The pictures of buttons: 16 by 16, one stroke, in the colour of the text. They say nothing to screen readers; the
/// button that shows one has the name.

import type { Component } from "solid-js";

export interface IconProps {
  readonly size?: number;
}

export type Icon = Component<IconProps>;

function outline(path: string): Icon {
  return (props) => (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width={props.size ?? 16}
      height={props.size ?? 16}
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}

function solid(path: string): Icon {
  return (props) => (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width={props.size ?? 16}
      height={props.size ?? 16}
      fill="currentColor"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}

export const RunIcon = solid("M4.5 2.9v10.2c0 .4.4.6.7.4l8-5.1a.5.5 0 0 0 0-.8l-8-5.1c-.3-.2-.7 0-.7.4z");
export const StopIcon = solid("M4.5 3.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1z");
export const RunAllIcon = solid(
  "M2 3.4v9.2c0 .4.4.6.7.4l6-4.6a.5.5 0 0 0 0-.8l-6-4.6c-.3-.2-.7 0-.7.4zm6.5 0v2.4l2.6 2.2-2.6 2.2v2.4c0 .4.4.6.7.4l5-4.6a.5.5 0 0 0 0-.8l-5-4.6c-.3-.2-.7 0-.7.4z",
);
export const RestartIcon = outline("M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3");
export const PlusIcon = outline("M8 3v10M3 8h10");
export const CloseIcon = outline("M4 4l8 8M12 4l-8 8");
export const CheckIcon = outline("M3 8.5l3.3 3.3L13 4.8");
export const ChevronDownIcon = outline("M4 6l4 4 4-4");
export const ChevronRightIcon = outline("M6 4l4 4-4 4");
export const ChevronUpIcon = outline("M4 10l4-4 4 4");
export const ArrowUpIcon = outline("M8 13V3M4 7l4-4 4 4");
export const ArrowDownIcon = outline("M8 3v10M4 9l4 4 4-4");
export const MoreIcon = solid(
  "M3.2 6.8a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4zm4.8 0a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4zm4.8 0a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4z",
);
export const TrashIcon = outline("M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4");
export const CopyIcon = outline("M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3");
export const UndoIcon = outline("M6 3L3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6");
export const RedoIcon = outline("M10 3l3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H10");
export const SearchIcon = outline("M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3L13.5 13.5");
export const SaveIcon = outline("M2.5 2.5h8.5l2.5 2.5v8.5h-11zM5 2.5v3.5h5v-3.5M4.5 13.5v-4.5h7v4.5");
export const SettingsIcon = outline(
  "M2.5 4.5h5M11 4.5h2.5M2.5 11.5h2.5M8.5 11.5h5M9.25 2.75a1.75 1.75 0 1 1 0 3.5 1.75 1.75 0 0 1 0-3.5zM6.75 9.75a1.75 1.75 0 1 1 0 3.5 1.75 1.75 0 0 1 0-3.5z",
);
export const HelpIcon = outline(
  "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.5.3-.8.6-.8 1.2M8 11.3v.1",
);
export const InfoIcon = outline("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.5v3.5M8 5v.1");
export const WarningIcon = outline("M8 2.5l6 11H2zM8 6.5v3.2M8 11.5v.1");
export const ErrorIcon = outline("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6 6l4 4M10 6l-4 4");
export const OkIcon = outline("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM5.3 8.2l2 2 3.4-4");
export const FolderIcon = outline("M1.5 4v8.5h13V5H8L6.5 3.5h-5z");
export const NotebookIcon = outline("M3.5 2h9v12h-9zM6 2v12M8.5 5.5h2M8.5 8h2");
export const FileIcon = outline("M3.5 2h6l3 3v9h-9zM9.5 2v3h3");
export const HomeIcon = outline("M2 8l6-5.5L14 8M3.5 7v6.5h3.5V10h2v3.5h3.5V7");
export const OutlineIcon = outline("M2.5 3.5h11M5 8h8.5M7.5 12.5h6");
export const BellIcon = outline("M4 11V7a4 4 0 0 1 8 0v4l1 1.5H3zM6.8 14.2h2.4");
export const PeopleIcon = outline(
  "M6 3a2.3 2.3 0 1 0 0 4.6A2.3 2.3 0 0 0 6 3zM1.5 13c.3-2.5 2-4 4.5-4s4.2 1.5 4.5 4M10.5 3.2a2.3 2.3 0 0 1 0 4.2M12 9.3c1.5.6 2.3 1.9 2.5 3.7",
);
export const LinkIcon = outline("M9.5 2.5h4v4M13.5 2.5L7.5 8.5M11.5 9.5v4h-9v-9h4");
export const PowerIcon = outline("M8 2v6M4.7 4.2a5 5 0 1 0 6.6 0");
export const DownloadIcon = outline("M8 2.5v7.5M4.5 7L8 10.5 11.5 7M2.5 13.5h11");
export const HistoryIcon = outline("M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3M8 5.5V8l2 1.5");
export const KeyboardIcon = outline("M1.5 4.5h13v7h-13zM4 7h.1M6.6 7h.1M9.3 7h.1M12 7h.1M5 9.5h6");
export const KernelIcon = outline(
  "M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14",
);
export const ComputerIcon = outline("M2 3h12v8H2zM5.5 13.5h5M8 11v2.5");
export const HandIcon = outline(
  "M8 2v12M2 8h12M8 2L6.3 3.7M8 2l1.7 1.7M8 14l-1.7-1.7M8 14l1.7-1.7M2 8l1.7-1.7M2 8l1.7 1.7M14 8l-1.7-1.7M14 8l-1.7 1.7",
);
export const LassoIcon = outline(
  "M8 2.5c3.3 0 6 1.8 6 4s-2.7 4-6 4c-1 0-2-.2-2.8-.5C3.300 9.300 2 8 2 6.500c0-2.200 2.700-4 6-4zM5.200 10c.8.9.5 2.600-1.200 3.500",
);
export const RectangleIcon = outline(
  "M2.5 4v-1.500h1.500M12 2.500h1.500v1.500M13.500 12v1.500h-1.500M4 13.500h-1.500v-1.500M6.500 2.500h3M6.500 13.500h3M2.500 6.500v3M13.500 6.500v3",
);
export const BrushIcon = outline(
  "M13.500 2.500L7.500 8.500M6.300 8.600c-1.400 0-2.300 1-2.400 2.300-.1 1-.6 1.800-1.400 2.300 2.300.6 5.400 0 5.600-2.500M6.300 8.600l1.800 2.100",
);
export const TargetIcon = outline(
  "M8 3.500a4.500 4.500 0 1 0 0 9a4.500 4.500 0 1 0 0-9M8 1.500v2M8 12.500v2M1.500 8h2M12.500 8h2M8 8h.01",
);
export const EnlargeIcon = outline("M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5L9 7M2.5 13.5L7 9");
export const ExchangeIcon = outline("M5 13.5v-11M2.5 5L5 2.5 7.5 5M11 2.5v11M8.5 11l2.5 2.5 2.5-2.5");
export const PanelIcon = outline("M2 3h12v10H2zM10 3v10");
