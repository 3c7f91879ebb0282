import { Modal } from './modal.js'
import { SHORTCUTS } from './shortcuts.js'

const FACES: Readonly<Record<string, string>> = { mod: 'Ctrl', Escape: 'Esc' }

function Keys({ text }: { readonly text: string }) {
  return (
    <span className="flex gap-1">
      {text.split(/[ +]/).map((key) => (
        <kbd key={key} className="key">
          {FACES[key] ?? (key.length === 1 && text.startsWith('mod') ? key.toUpperCase() : key)}
        </kbd>
      ))}
    </span>
  )
}

/** Every shortcut, by where it works. */
export function ShortcutsSheet({ onClose }: { onClose(): void }) {
  return (
    <Modal title="Shortcuts" wide onClose={onClose}>
      <div className="grid gap-x-10 gap-y-5 overflow-y-auto px-5 pt-2 pb-6 sm:grid-cols-2">
        {SHORTCUTS.map(({ group, keys }) => (
          <section key={group}>
            <h3 className="label mb-1">{group}</h3>
            <dl>
              {keys.map(([keyText, meaning]) => (
                <div key={keyText} className="hairline-b flex items-center justify-between py-1.5">
                  <dt>{meaning}</dt>
                  <dd>
                    <Keys text={keyText} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
