// Text with its marks read: what the page makes nodes of.
export type Inline =
  | { readonly t: 'text'; readonly text: string }
  | { readonly t: 'strong' | 'em' | 's' | 'spoiler'; readonly inner: readonly Inline[] }
  | { readonly t: 'code'; readonly text: string }
  /** `host`: the real one, when the words look like another address. */
  | { readonly t: 'link'; readonly href: string; readonly text: string; readonly host: string }
  | { readonly t: 'mention'; readonly text: string };

export type Block =
  | { readonly t: 'p' | 'quote'; readonly inner: readonly Inline[] }
  | { readonly t: 'code'; readonly text: string }
  | {
      readonly t: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly (readonly Inline[])[];
    };
