import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { useConsole } from './console-context.js'
import { PLACES } from './places.js'
import { chooseTheme, THEMES } from './theme.js'
import { PRESETS, spanAt } from './time-range.js'
import { useTime } from './use-time.js'

const TRACE_ID = /^[0-9a-f]{32}$/
/** Most operations offered: the busiest of the live window. */
const MAX_OPERATIONS = 50

const ITEM =
  'flex h-8 cursor-pointer items-center gap-2 rounded-md px-2.5 data-[selected=true]:bg-hover data-[selected=true]:shadow-[inset_2px_0_0_var(--beam)]'
const GROUP =
  '**:[[cmdk-group-heading]]:label **:[[cmdk-group-heading]]:px-2.5 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1'

function linkOf(from: number, to: number): string {
  const address = new URL(location.href)
  address.searchParams.set('from', new Date(from).toISOString())
  address.searchParams.set('to', new Date(to).toISOString())
  return address.href
}

/** Finds views, operations, traces, and things to do. */
export function Palette(props: { onClose(): void; onShortcuts(): void; onFold(): void }) {
  const { live } = useConsole()
  const navigate = useNavigate()
  const time = useTime()
  const [text, setText] = useState('')
  const operations = live.metrics.frame()?.operations.slice(0, MAX_OPERATIONS) ?? []
  const paused = live.connection.read().phase === 'paused'
  const act = (run: () => void) => () => {
    props.onClose()
    run()
  }
  const go = (to: string, search: Record<string, unknown> = {}) =>
    act(() => void navigate({ to, search: (before: object) => ({ ...before, ...search }) } as never))
  const trace = text.trim().toLowerCase()
  const copyLink = (): void => {
    const span = spanAt(time.range, Date.now())
    void navigator.clipboard?.writeText(linkOf(span.from, span.to))
  }
  const actions: readonly (readonly [string, () => void])[] = [
    [paused ? 'Resume live data' : 'Pause live data', () => (paused ? live.resume() : live.pause())],
    ['Copy a link to this span of time', copyLink],
    [
      time.zone === 'utc' ? 'Show local time' : 'Show UTC',
      () => time.setZone(time.zone === 'utc' ? 'local' : 'utc'),
    ],
    ...THEMES.map((theme) => [`Theme: ${theme}`, () => chooseTheme(theme)] as const),
    ['Fold or unfold the rail', props.onFold],
    ['Shortcuts', props.onShortcuts],
  ]
  return (
    <Dialog.Root open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay-in fixed inset-0 z-40 bg-(--shade)" />
        <Dialog.Content
          data-modal="true"
          aria-describedby={undefined}
          className="overlay-in fixed top-[14vh] left-1/2 z-50 w-[min(620px,94vw)] -translate-x-1/2 overflow-hidden rounded-xl border border-line-strong bg-raised shadow-(--shadow)"
        >
          <Dialog.Title className="sr-only">Find or do</Dialog.Title>
          <Command label="Find or do" loop>
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder="A view, an operation, a trace id, an action"
              className="h-12 w-full border-b bg-transparent px-4 text-[14px] outline-none placeholder:text-faint"
            />
            <Command.List label="What was found" className="max-h-[52vh] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-soft">
                Nothing has this name. A whole trace id opens its walk.
              </Command.Empty>
              {TRACE_ID.test(trace) && (
                <Command.Item value={trace} className={ITEM} onSelect={go('/walk', { trace })}>
                  Walk of <code className="font-mono text-table">{trace}</code>
                </Command.Item>
              )}
              <Command.Group heading="Go to" className={GROUP}>
                {PLACES.map(({ to, word, key, icon: Icon }) => (
                  <Command.Item key={to} value={`go ${word}`} className={ITEM} onSelect={go(to)}>
                    <Icon size={14} className="text-soft" aria-hidden /> {word}
                    <span className="ml-auto flex gap-1">
                      <kbd className="key">g</kbd>
                      <kbd className="key">{key}</kbd>
                    </span>
                  </Command.Item>
                ))}
              </Command.Group>
              {operations.length > 0 && (
                <Command.Group heading="Operations running now" className={GROUP}>
                  {operations.map(({ name }) => (
                    <Command.Item
                      key={name}
                      value={`operation ${name}`}
                      className={ITEM}
                      onSelect={go('/operations', { op: name })}
                    >
                      <span className="truncate font-mono text-table">{name}</span>
                    </Command.Item>
                  ))}
                </Command.Group>
              )}
              <Command.Group heading="Time" className={GROUP}>
                {PRESETS.map((preset) => (
                  <Command.Item
                    key={preset}
                    value={`last ${preset}`}
                    className={ITEM}
                    onSelect={act(() => time.setPreset(preset))}
                  >
                    Last {preset}
                  </Command.Item>
                ))}
              </Command.Group>
              <Command.Group heading="Do" className={GROUP}>
                {actions.map(([word, run]) => (
                  <Command.Item key={word} value={word} className={ITEM} onSelect={act(run)}>
                    {word}
                  </Command.Item>
                ))}
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
