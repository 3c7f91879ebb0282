import type { Zone } from './time-range.js'

const OPTIONS = {
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  exact: {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  },
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { day: '2-digit', month: 'short' },
  full: {
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

export type MomentStyle = keyof typeof OPTIONS

const formats = new Map<string, Intl.DateTimeFormat>()

/** A moment in words, in UTC or the machine's zone. One formatter for each style and zone, ten at most. */
export function moment(at: number | string, style: MomentStyle, zone: Zone): string {
  const key = `${style} ${zone}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      ...OPTIONS[style],
      ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
    })
    formats.set(key, format)
  }
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? '–' : format.format(date)
}
