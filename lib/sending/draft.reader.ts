import type {
  FreeformContent, MessageContent, TemplateButton, TemplateButtonKind, TemplateCard, TemplateContent, TemplateHeader,
} from '../messages/outbound-message.ts';
import { anyText, byType, degrees, group, listOf, listOfAny, oneOf, optional, place, positive, type Reader, text, texts, webAddress } from './field-readers.ts';
import type { MessageDraft } from './message-draft.ts';

type HeaderOf<T extends TemplateHeader['type']> = Extract<TemplateHeader, { type: T }>;
type FreeformOf<T extends FreeformContent['type']> = Extract<FreeformContent, { type: T }>;

const BUTTON_KINDS: readonly TemplateButtonKind[] = ['dynamicUrl', 'staticUrl', 'quickReply', 'callPhone', 'copyCode'];

const VALUES = { parameters: listOfAny(anyText), parameterNames: optional(listOf(anyText)) };
const LOCATION = { longitude: degrees(180), latitude: degrees(90), name: optional(anyText), address: optional(anyText) };

const mediaHeader = group<HeaderOf<'image' | 'video' | 'audio'>>({ type: oneOf(['image', 'video', 'audio']), mediaUrl: webAddress });
const captioned = group<FreeformOf<'image' | 'video'>>({ type: oneOf(['image', 'video']), mediaUrl: webAddress, caption: optional(anyText) });

const header: Reader<TemplateHeader> = byType<TemplateHeader>({
  text: group<HeaderOf<'text'>>({ type: oneOf(['text']), text, ...VALUES }),
  image: mediaHeader,
  video: mediaHeader,
  audio: mediaHeader,
  file: group<HeaderOf<'file'>>({ type: oneOf(['file']), mediaUrl: webAddress, filename: optional(anyText) }),
  location: group<HeaderOf<'location'>>({ type: oneOf(['location']), ...LOCATION }),
});

const CARD = {
  header: optional(header),
  body: optional(group<NonNullable<TemplateCard['body']>>({ text: optional(anyText), ...VALUES })),
  buttons: listOfAny(group<TemplateButton>({ kind: oneOf(BUTTON_KINDS), index: optional(place), text: optional(anyText), value: optional(anyText) })),
};

const content: Reader<MessageContent> = byType<MessageContent>({
  template: group<TemplateContent>({
    type: oneOf(['template']), name: text, language: text, ...CARD,
    footer: optional(anyText),
    limitedTimeOffer: optional(group<NonNullable<TemplateContent['limitedTimeOffer']>>({ text: optional(anyText), expirationTimeMs: optional(positive) })),
    carousel: optional(listOf(group<TemplateCard>(CARD))),
    customProps: texts,
  }),
  text: group<FreeformOf<'text'>>({ type: oneOf(['text']), text }),
  image: captioned,
  video: captioned,
  audio: group<FreeformOf<'audio'>>({ type: oneOf(['audio']), mediaUrl: webAddress }),
  file: group<FreeformOf<'file'>>({ type: oneOf(['file']), mediaUrl: webAddress, caption: optional(anyText), filename: optional(anyText) }),
  location: group<FreeformOf<'location'>>({ type: oneOf(['location']), ...LOCATION }),
});

/**
 * What the host asks to send as the bridge keeps it, with what was left out filled in.
 * @throws SendError (`invalid-content`) that names the field which nobody could send.
 */
export function readDraft(draft: MessageDraft): MessageContent {
  return content(draft, 'content');
}
