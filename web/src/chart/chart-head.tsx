import { Ellipsis } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { spell } from '../ui/keys.js'
import { Menu } from '../ui/menu.js'
import { EXPORTS, type ExportKind } from './export-rows.js'
import type { Line, Source } from './lines.js'

const SourceDialog = lazy(async () => ({ default: (await import('../ui/source-dialog.js')).SourceDialog }))

interface ChartHeadProps {
  readonly id: string
  readonly title: string
  readonly lines: readonly Line[]
  readonly isolated: string | undefined
  onIsolate(key: string): void
  /** Undefined where a logarithmic scale makes no sense. */
  readonly log: boolean | undefined
  onLog(): void
  readonly asTable: boolean
  onTable(): void
  onSave(kind: ExportKind): void
  readonly source: Source
}

/** A short piece of the line as it is drawn, so that the legend needs no colour to be read. */
function Swatch({ line }: { readonly line: Line }) {
  return (
    <svg width="18" height="6" aria-hidden>
      <line
        x1="0"
        y1="3"
        x2="18"
        y2="3"
        stroke={`var(${line.color})`}
        strokeWidth="2"
        strokeDasharray={line.dash?.join(' ')}
      />
    </svg>
  )
}

/** A chart's title, its legend, which is its control, and its menu. `v` over the chart shows what it asks. */
export function ChartHead(props: ChartHeadProps) {
  const { title, lines, isolated, source } = props
  const [showsSource, setShowsSource] = useState(false)
  const head = useRef<HTMLElement>(null)

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const chart = head.current?.closest('figure')
      if (spell(event) !== 'v' || chart === null || chart === undefined) return
      if (event.target instanceof HTMLInputElement) return
      if (chart.matches(':hover') || chart.contains(document.activeElement)) setShowsSource(true)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])

  return (
    <figcaption ref={head} className="flex min-h-10 flex-wrap items-center gap-x-1 pt-1.5 pr-1.5 pl-4">
      <span id={props.id} className="mr-auto text-table font-medium">
        {title}
      </span>
      {lines.length > 1 &&
        lines.map((line) => (
          <button
            key={line.key}
            type="button"
            aria-pressed={isolated === line.key}
            title={`Show ${line.label} alone`}
            className={`quiet-button h-6! gap-1.5! px-1.5! text-label ${
              isolated !== undefined && isolated !== line.key ? 'line-through' : ''
            }`}
            onClick={() => props.onIsolate(line.key)}
          >
            <Swatch line={line} />
            {line.label}
          </button>
        ))}
      <Menu
        label={`${title}: more`}
        className="quiet-button h-6! w-6 justify-center px-0!"
        face={<Ellipsis size={15} aria-hidden />}
        entries={[
          { word: props.asTable ? 'Show as chart' : 'Show as table', onSelect: props.onTable },
          ...(props.log === undefined
            ? []
            : [{ word: props.log ? 'Linear scale' : 'Logarithmic scale', onSelect: props.onLog }]),
          'rule',
          { word: 'GraphQL', hint: 'v', onSelect: () => setShowsSource(true) },
          ...(Object.keys(EXPORTS) as ExportKind[]).map((kind) => ({
            word: `Save as ${EXPORTS[kind].word}`,
            onSelect: () => props.onSave(kind),
          })),
        ]}
      />
      <Suspense>
        {showsSource && <SourceDialog title={title} source={source} onClose={() => setShowsSource(false)} />}
      </Suspense>
    </figcaption>
  )
}
