// What shared/ may use of the platform: the few names that exist in every place it runs.
declare function btoa(text: string): string;
declare function atob(text: string): string;
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean; ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}
declare class Blob {
  readonly size: number;
}
