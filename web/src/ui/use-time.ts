import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import {
  DEFAULT_PRESET,
  PRESETS,
  type Preset,
  readTimeSearch,
  type TimeRange,
  type TimeSearch,
  timeRange,
  type Zone,
} from './time-range.js'

const NO_TIME = { range: undefined, from: undefined, to: undefined, tz: undefined }

export interface Time {
  readonly range: TimeRange
  readonly zone: Zone
  setPreset(preset: Preset): void
  setAbsolute(fromMs: number, toMs: number): void
  setZone(zone: Zone): void
  /** Out of an absolute range to the preset before; from a preset to the next longer one. */
  zoomOut(): void
}

/** The time range of the URL and the ways to change it. */
export function useTime(): Time {
  const raw: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const search = readTimeSearch(raw)
  const { range, from, to, tz } = search
  const put = useCallback(
    (change: (before: TimeSearch) => TimeSearch) =>
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => {
          // A part that is left out would be retained by the root route; one that is undefined is dropped.
          return { ...before, ...NO_TIME, ...readTimeSearch({ ...change(readTimeSearch(before)) }) }
        },
      } as Parameters<typeof navigate>[0]),
    [navigate],
  )
  return useMemo(() => {
    const kept = tz === undefined ? {} : { tz }
    const preset = range ?? DEFAULT_PRESET
    const current: TimeSearch = {
      ...kept,
      range: preset,
      ...(from === undefined || to === undefined ? {} : { from, to }),
    }
    return {
      range: timeRange(current),
      zone: tz ?? 'local',
      setPreset: (next) => put(() => ({ ...kept, range: next })),
      setAbsolute: (fromMs, toMs) =>
        put(() => ({
          ...kept,
          range: preset,
          from: new Date(Math.round(fromMs)).toISOString(),
          to: new Date(Math.round(toMs)).toISOString(),
        })),
      setZone: (zone) => put(({ tz: _, ...rest }) => ({ ...rest, tz: zone })),
      zoomOut: () => {
        const longer = PRESETS[Math.min(PRESETS.length - 1, PRESETS.indexOf(preset) + 1)] ?? preset
        put(() => ({ ...kept, range: from === undefined ? longer : preset }))
      },
    }
  }, [range, from, to, tz, put])
}
