import { writeFile } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { join } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import { TAINT } from '../value.js'
import { each } from './each.js'
import { hostOf } from './host.js'
import type { Call, SpecTable } from './spec.js'

/** Sources of ffmpeg and sox that are the screen, the microphone or the camera. */
const DEVICES =
  /^(x11grab|xcbgrab|kmsgrab|fbdev|gdigrab|avfoundation|dshow|alsa|pulse|pipewire|jack|oss|sndio|v4l2|video4linux2|openal|decklink|iec61883|coreaudio|waveaudio)$/

/** Converters write what they are given last. */
function convert(call: Call, options: Options): undefined {
  const inputs = optionValues(options, 'i')
  const { operands } = options
  const last = operands.at(-1)
  const writes = last !== undefined && (operands.length > 1 || inputs.length > 0)
  for (const input of [...inputs, ...(writes ? operands.slice(0, -1) : operands)]) readFile(input, call.walk)
  if (writes) writeFile(last, call.walk)
  for (const { text } of options.operands) {
    if (/^(rtmps?|rtp|udp|tcp|srt|https?|ftp|sftp|icecast):/.test(text))
      call.walk.findings.note('network', 'send', text, {
        host: hostOf(text),
        method: 'STREAM',
        carries: true,
        dynamic: false,
      })
  }
  const formats = [...optionValues(options, 'f', 't'), ...inputs].map(({ text }) => text)
  if (
    formats.some((text) => DEVICES.test(text)) ||
    call.args.some(({ text }) => /^\/dev\/(video|snd|fb|input)/.test(text))
  )
    call.walk.findings.note('secrets', 'capture', `${call.name} ${join(call.args).text}`)
  noteProtocols(call)
  return undefined
}

/** ImageMagick's own protocols run programs and read other files; scripts of it and of inkscape do what they say. */
function noteProtocols(call: Call): undefined {
  if (
    call.args.some(({ text }) =>
      /^(ephemeral|msl|mvg|https?|ftp|text):|^(label|caption|text|pango):@|^\||^@|^-script$|^--(actions|shell|batch-process)/.test(
        text,
      ),
    )
  )
    call.walk.findings.note('execute', 'option', `${call.name} ${join(call.args).text}`)
  return undefined
}

/** `exiftool -tag=value file` changes the file. */
function tags(call: Call, options: Options): undefined {
  const sets = call.args.some(({ text }) => /^-[\w:]+[-+^]?<?=/.test(text))
  for (const file of options.operands) {
    if (sets) writeFile(file, call.walk)
    else readFile(file, call.walk)
  }
  return undefined
}

/** The clipboard holds whatever was copied last, often a password: putting something there is harmless. */
function clipboard(call: Call, options: Options): Stream {
  const reads =
    hasOption(options, 'o', 'out', 'output') || (call.stdin === undefined && options.operands.length === 0)
  for (const file of options.operands) readFile(file, call.walk)
  call.walk.findings.note(
    reads ? 'secrets' : 'shell',
    reads ? 'capture' : 'output',
    `${call.name} ${join(call.args).text}`,
  )
  return printsUnknown(reads ? TAINT.secret : 0)
}

/** What makes pictures, sound and film, and what records them. */
export const MEDIA: SpecTable = {
  ...each('ffprobe identify mediainfo', { act: 'shell/inspect', operands: 'read', handle: noteProtocols }),
  exiftool: {
    act: 'shell/inspect',
    options: { 'config if w o': 'execute/option' },
    singleDash: true,
    handle: tags,
  },
  ...each(
    'ffmpeg convert magick cwebp dot mmdc plantuml rsvg-convert inkscape optipng pngquant jpegoptim gifsicle sox wkhtmltopdf',
    {
      act: 'shell/output',
      takes: 'i o T f c r t K G resize quality b:v crf',
      options: { 'o output': 'write' },
      handle: convert,
    },
  ),
  ...each(
    'arecord parec parecord pw-record pw-cat rec scrot gnome-screenshot spectacle flameshot grim slurp maim import xwd screencapture fswebcam imagesnap streamer motion xinput xdotool ydotool wtype xte xev showkey evtest wf-recorder simplescreenrecorder kazam obs cliclick logkeys xkbcat keysniffer',
    { act: 'secrets/capture' },
  ),
  ...each('xclip xsel pbcopy wl-copy', {
    takes: 'selection t target d display l loops',
    singleDash: true,
    handle: clipboard,
  }),
  ...each('pbpaste wl-paste', { act: 'secrets/capture', prints: TAINT.secret }),
}
