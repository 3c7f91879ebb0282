import { Popover } from 'radix-ui'
import { type FormEvent, type ReactNode, useState } from 'react'
import { spanAt, ZONES } from './time-range.js'
import type { Time } from './use-time.js'

/** A moment as an <input type="datetime-local"> holds it, in the zone that is shown. */
function fieldValue(at: number, zone: Time['zone']): string {
  const shifted = zone === 'utc' ? at : at - new Date(at).getTimezoneOffset() * 60_000
  return new Date(shifted).toISOString().slice(0, 19)
}

function fieldMoment(text: string, zone: Time['zone']): number {
  return new Date(zone === 'utc' ? `${text}Z` : text).getTime()
}

function AbsoluteForm({ time, onDone }: { readonly time: Time; onDone(): void }) {
  const { zone } = time
  const span = spanAt(time.range, Date.now())
  const [from, setFrom] = useState(fieldValue(span.from, zone))
  const [to, setTo] = useState(fieldValue(span.to, zone))
  const wrong = !(fieldMoment(from, zone) < fieldMoment(to, zone))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (wrong) return
    time.setAbsolute(fieldMoment(from, zone), fieldMoment(to, zone))
    onDone()
  }
  const field = 'h-8 rounded-md border border-line-strong bg-ground px-2 font-mono text-table'
  return (
    <form className="flex flex-col gap-2" onSubmit={submit}>
      <label className="flex flex-col gap-1">
        <span className="label">From</span>
        <input
          type="datetime-local"
          step="1"
          className={field}
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label className="flex flex-col gap-1">
        <span className="label">To</span>
        <input
          type="datetime-local"
          step="1"
          className={field}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      {wrong && (
        <p role="alert" className="text-table text-bad">
          The start is not before the end.
        </p>
      )}
      <button type="submit" className="framed-button justify-center" disabled={wrong}>
        Show this span
      </button>
    </form>
  )
}

/** The button for an absolute span and the zone, with what it opens; it comes because it was wanted, so it is open. */
export function RangePopover(props: {
  readonly time: Time
  readonly label: string
  readonly className: string
  readonly face: ReactNode
}) {
  const { time } = props
  const [open, setOpen] = useState(true)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={props.className} aria-label={props.label}>
        {props.face}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          aria-label="Absolute span and zone"
          className="overlay-in z-50 w-64 rounded-lg border bg-raised p-4 shadow-(--shadow)"
        >
          <AbsoluteForm key={time.zone} time={time} onDone={() => setOpen(false)} />
          <fieldset className="mt-4 border-t pt-3">
            <legend className="sr-only">Zone</legend>
            <div className="flex gap-1">
              {ZONES.map((name) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={time.zone === name}
                  className="quiet-button flex-1 justify-center text-table"
                  onClick={() => time.setZone(name)}
                >
                  {name === 'utc' ? 'UTC' : 'Local time'}
                </button>
              ))}
            </div>
          </fieldset>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
