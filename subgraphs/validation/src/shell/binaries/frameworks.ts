import { noteForeign, reaches } from '../project-work.js'
import { join } from '../value.js'
import type { Value } from '../value.js'
import { printsUnknown } from '../walk.js'
import type { Stream } from '../value.js'
import { each } from './each.js'
import type { Call, SpecTable } from './spec.js'

/** Commands of web frameworks, by what they do. A command that is in no list is a script of the project. */
const DESTROYS =
  /^(flush|reset_db|sqlflush|migrate:(fresh|reset|refresh|rollback)|db:(wipe|drop|reset|rollback|purge|setup|truncate_all|schema:load|migrate:(reset|down|redo)|seed:replant)|ecto\.(drop|reset|rollback)|doctrine:(database|schema):drop|tenants:rollback|destroy|d)$/
const CHANGES =
  /^(migrate|loaddata|createsuperuser|changepassword|clearsessions|createcachetable|db:(seed|migrate|create|prepare|fixtures:load)|queue:(flush|clear|work)|cache:clear|tinker|key:generate|down|up|storage:link|ecto\.(migrate|create|setup)|doctrine:(migrations:migrate|schema:update)|db:.*|restore|dbrestore|collectstatic|credentials:(edit|show)|secrets:(edit|setup)|encrypted:edit)$/
const OPENS = /^(shell|shell_plus|dbshell|console|c|dbconsole|db|runner|r|tinker|eval|runscript|iex)$/
const LOOKS =
  /^(check|test|tests|t|showmigrations|makemigrations|diffsettings|inspectdb|sqlmigrate|routes|route:list|about|list|help|version|stats|notes|db:(version|migrate:status)|migrate:status|ecto\.migrations|spec|runserver|server|s|serve|generate|g|make:\w+|assets:precompile|zeitwerk:check|middleware|initializers|startapp|compilemessages|makemessages|findstatic|debug:\w+|lint:\w+|(config|route|view|event|optimize|compiled|debugbar):(clear|cache)|optimize|cache:(warmup|pool:list)|config:show|schedule:list|channel:list|queue:(monitor|failed)|event:list|model:show|vendor:publish-list)$/

/** Files by which a framework is driven: `python manage.py migrate`. */
const FRONT_DOORS = /^(manage\.py|artisan|console|rails|rake|craft|spark)$/

/** Notes what a framework's own command does. False when the file is no front door, or its command is of the project. */
export function noteManaged(name: string, args: readonly Value[], call: Call): boolean {
  return FRONT_DOORS.test(name) && noteCommand(args, call)
}

function noteCommand(args: readonly Value[], call: Call): boolean {
  const command =
    args.find(
      ({ text: word }, i) =>
        !word.startsWith('-') && !/^--(pythonpath|settings|env)$/.test(args[i - 1]?.text ?? ''),
    )?.text ?? ''
  const text = `${call.name} ${join(call.args).text}`
  const { findings } = call.walk
  const dry = args.some((arg) => /^--(dry-run|check|plan|pretend)$/.test(arg.text))
  const open = args.some((arg) =>
    /^(--?(b|host|binding|bind)=?)?(0\.0\.0\.0|\[?::\]?)(:\d+)?$/.test(arg.text),
  )
  if (open) findings.note('network', 'listen', text)
  if (args.some((arg) => /^--pythonpath(=|$)/.test(arg.text))) findings.note('execute', 'option', text)
  // Symfony keeps its cache in files of the project.
  const own = command === 'cache:clear' && args !== call.args && /(^| )bin\/console /.test(text)
  if (own || LOOKS.test(command) || command === '' || dry) findings.note('execute', 'test', text)
  else if (DESTROYS.test(command)) findings.note('database', 'destroy', text)
  else if (OPENS.test(command)) findings.note('execute', 'interactive', text)
  else if (CHANGES.test(command)) findings.note('database', 'write', text)
  else if (/^(dumpdata|db:dump|mailbox:export)$/.test(command)) findings.note('database', 'dump', text)
  else if (
    /(^|[_:-])(delete|drop|purge|wipe|reset|clear|flush|destroy|truncate|nuke|erase)([_:-]|$)/.test(command)
  )
    findings.note('database', 'destroy', text)
  else return false
  noteForeign(text, call)
  return true
}

function framework(call: Call): Stream {
  if (!noteCommand(call.args, call))
    call.walk.findings.note('execute', 'module', `${call.name} ${join(call.args).text}`)
  return printsUnknown()
}

/** Flask's command for the database, and its shell. */
function flask(call: Call): Stream {
  const text = `flask ${join(call.args).text}`
  const [, verb] = call.args.filter((arg) => !arg.text.startsWith('-')).map((arg) => arg.text)
  const { findings } = call.walk
  if (call.args.some((arg) => arg.text === 'shell')) findings.note('execute', 'interactive', text)
  else if (/^(current|history|heads|branches|show|check)$/.test(verb ?? ''))
    findings.note('database', 'read', text)
  else if (/^(revision|migrate|init|list-templates)$/.test(verb ?? ''))
    findings.note('execute', 'build', text)
  else findings.note('database', /^(downgrade|drop\w*|reset)$/.test(verb ?? '') ? 'destroy' : 'write', text)
  return printsUnknown()
}

/** Servers for development: everyday work while they listen on this machine only. */
function server(call: Call): Stream {
  if (call.name === 'flask' && call.args.some(({ text }) => /^(db|shell|seed)$/.test(text)))
    return flask(call)
  const text = `${call.name} ${join(call.args).text}`.trim()
  const open = call.args.some((arg) =>
    /^(--?(b|host|bind|address|hostname|listen)=?)?(0\.0\.0\.0|\[?::\]?|\*)(:\d+)?$/.test(arg.text),
  )
  const shared = call.args.some((arg) => /^--(share|tunnel|public|host)$/.test(arg.text))
  if (reaches(call)) call.walk.findings.note('execute', 'sensitive-target', text)
  else
    call.walk.findings.note(open || shared ? 'network' : 'execute', open || shared ? 'listen' : 'serve', text)
  noteForeign(text, call)
  return printsUnknown()
}

export const FRAMEWORKS: SpecTable = {
  ...each('rails django-admin symfony', { handle: framework }),
  ...each(
    'tensorboard uvicorn gunicorn hypercorn daphne flask fastapi streamlit puma rackup unicorn thin http-server serve live-server json-server browser-sync air webpack-dev-server vite-preview hugo jekyll eleventy mkdocs docusaurus vuepress vitepress gatsby sphinx-autobuild',
    { handle: server },
  ),
}
