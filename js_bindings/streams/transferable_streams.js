import { fire_an_event } from "../dom/EventTarget.js";
