import type { FreeformContent, MessageContent } from '../messages/outbound-message.ts';
import { languageCode, type VariableNames } from '../messages/template.ts';
import { writeComponents, writeLocation } from './template-components.writer.ts';
import type { TransportMessage } from './transport.ts';
import { UnsendableError } from './unsendable.error.ts';

const LINK = /\bhttps?:\/\/\S/i;

/**
 * Writes a message as Meta's Cloud API takes it ("Messages"), which AiSensy's Direct and Project APIs pass on. `msgId` goes along as
 * `biz_opaque_callback_data` and comes back in every status, so that reports match even where AiSensy gives no id.
 * `names` is what a template calls its variables, where it does and somebody knows.
 * @throws UnsendableError where Meta has no form for it
 */
export function writeMetaMessage({ msgId, to, content }: Pick<TransportMessage, 'msgId' | 'to' | 'content'>, names?: VariableNames): string {
  return JSON.stringify({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: to.replace(/^\+/, ''),
    ...writeContent(content, names),
    biz_opaque_callback_data: msgId,
  });
}

function writeContent(content: MessageContent, names: VariableNames | undefined): object {
  if (content.type !== 'template') return writeFreeform(content);
  const { name, language } = content;
  if (language.trim() === '') throw new UnsendableError(1001, 'The template came without a language');
  const components = writeComponents(content, names);
  return {
    type: 'template',
    template: { name, language: { code: languageCode(language) }, ...(components.length > 0 && { components }) },
  };
}

function writeFreeform(content: FreeformContent): object {
  switch (content.type) {
    case 'text': return { type: 'text', text: { body: content.text, preview_url: LINK.test(content.text) } };
    case 'image':
    case 'video': return { type: content.type, [content.type]: { link: content.mediaUrl, ...caption(content) } };
    case 'audio': return { type: 'audio', audio: { link: content.mediaUrl } };
    case 'file': {
      const { mediaUrl, filename } = content;
      return { type: 'document', document: { link: mediaUrl, ...caption(content), ...(filename !== undefined && { filename }) } };
    }
    case 'location': return { type: 'location', location: writeLocation(content) };
  }
}

function caption({ caption }: { caption?: string }): { caption?: string } {
  return caption === undefined || caption === '' ? {} : { caption };
}
