import { Download } from 'lucide-react'
import { useState } from 'react'
import { EXPORTS, type ExportKind, type Row, saveRows } from '../chart/export-rows.js'
import type { Source } from '../chart/lines.js'
import { Menu } from './menu.js'
import { SourceDialog } from './source-dialog.js'

/** Saves the rows of a table as they are filtered and sorted, and shows what the table asks. */
export function SaveMenu(props: { readonly name: string; readonly source: Source; rows(): readonly Row[] }) {
  const [showsSource, setShowsSource] = useState(false)
  return (
    <>
      <Menu
        label="Save or show GraphQL"
        className="framed-button w-8 justify-center px-0!"
        face={<Download size={14} aria-hidden />}
        entries={[
          ...(Object.keys(EXPORTS) as ExportKind[]).map((kind) => ({
            word: `Save as ${EXPORTS[kind].word}`,
            onSelect: () => saveRows(props.name, kind, props.rows()),
          })),
          { word: 'GraphQL', onSelect: () => setShowsSource(true) },
        ]}
      />
      {showsSource && (
        <SourceDialog title={props.name} source={props.source} onClose={() => setShowsSource(false)} />
      )}
    </>
  )
}
