import { ChevronDown } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { moment } from './moment.js'
import { preload } from './preload.js'
import { PRESETS } from './time-range.js'
import { useTime } from './use-time.js'

const load = () => import('./range-popover.js')
const RangePopover = lazy(async () => ({ default: (await load()).RangePopover }))

const BUTTON = 'quiet-button h-[26px]! border-l px-2! text-table whitespace-nowrap'

/** Which time is looked at: presets in one row, an absolute span and the zone behind the last button. */
export function RangePicker() {
  const time = useTime()
  const [wanted, setWanted] = useState(false)
  const { range, zone } = time
  const absolute = range.follow
    ? undefined
    : `${moment(range.from, 'clock', zone)} – ${moment(range.to, 'clock', zone)}`
  const label = absolute === undefined ? 'Absolute span and zone' : `Absolute span ${absolute}, and zone`
  const face = (
    <>
      {absolute !== undefined && <span className="text-beam">{absolute}</span>}
      <span>{zone === 'utc' ? 'UTC' : 'local'}</span>
      <ChevronDown size={12} aria-hidden />
    </>
  )
  const button = (
    <button
      type="button"
      aria-label={label}
      aria-haspopup="dialog"
      className={BUTTON}
      onPointerEnter={() => preload(load)}
      onClick={() => setWanted(true)}
    >
      {face}
    </button>
  )
  return (
    <fieldset className="flex items-center rounded-md border" aria-label="Time range">
      {PRESETS.map((preset) => (
        <button
          key={preset}
          type="button"
          aria-pressed={range.follow && range.preset === preset}
          className="quiet-button h-[26px]! px-2! text-table"
          onClick={() => time.setPreset(preset)}
        >
          {preset}
        </button>
      ))}
      {wanted ? (
        <Suspense fallback={button}>
          <RangePopover time={time} label={label} className={BUTTON} face={face} />
        </Suspense>
      ) : (
        button
      )}
    </fieldset>
  )
}
