// The map and the timeline need no script to be read; this one only lets readers take them away as PNG.

import { takePng } from "./takeaway.js";

takePng(document.querySelector("main"));
