// What JSX becomes (web/build.js injects it): calls with the children as arguments are shorter than the automatic kind.
export { Fragment, h } from 'preact';
