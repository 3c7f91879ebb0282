/** Every shortcut, as the sheet lists it. The views bind them; the sheet's test presses them. */
export const SHORTCUTS = [
  {
    group: 'Anywhere',
    keys: [
      ['mod+k', 'Find a view, an operation or an action'],
      ['?', 'This list'],
      ['p', 'Pause or resume live data'],
      ['t', 'Next theme: system, dark, light'],
      ['[', 'Fold the rail'],
      ['Escape', 'Close what is open'],
    ],
  },
  {
    group: 'Go to',
    keys: [
      ['g n', 'Now'],
      ['g o', 'Operations'],
      ['g d', 'Decisions'],
      ['g w', 'Walk'],
      ['g q', 'GraphiQL'],
    ],
  },
  {
    group: 'Tables',
    keys: [
      ['/', 'Filter'],
      ['j', 'Next row'],
      ['k', 'Row before'],
      ['Enter', 'Open the row'],
    ],
  },
  {
    group: 'Charts (pointed at or focused)',
    keys: [
      ['v', 'The GraphQL that the chart asks'],
      ['drag', 'Zoom to a span'],
      ['double-click', 'Zoom out'],
    ],
  },
] as const
