"""The part of the engine's C interface that we use.

`python -m engine.js.declarations` writes `compiled_declarations.py`, which is what is loaded: reading C takes cffi a tenth of a second.
"""

from __future__ import annotations

from pathlib import Path

DECLARATIONS = """
typedef struct { uint64_t u; int64_t tag; } JSValue;
typedef struct JSRuntime JSRuntime;
typedef struct JSContext JSContext;
typedef struct JSModuleDef JSModuleDef;
typedef uint32_t JSAtom;
typedef struct { int version; int eval_flags; const char *filename; int line_num; } JSEvalOptions;
typedef struct { int64_t malloc_size, malloc_limit, memory_used_size, malloc_count, memory_used_count, atom_count, atom_size,
  str_count, str_size, obj_count, obj_size, prop_count, prop_size, shape_count, shape_size, js_func_count, js_func_size,
  js_func_code_size, js_func_pc2line_count, js_func_pc2line_size, c_func_count, array_count, fast_array_count,
  fast_array_elements, binary_object_count, binary_object_size; int64_t reserve[16]; } JSMemoryUsage;

typedef JSValue JSCFunctionData(JSContext*, JSValue, int, JSValue*, int, JSValue*);
typedef void JSHostPromiseRejectionTracker(JSContext*, JSValue, JSValue, bool, void*);
typedef int JSInterruptHandler(JSRuntime*, void*);
typedef char *JSModuleNormalizeFunc(JSContext*, const char*, const char*, void*);
typedef JSModuleDef *JSModuleLoaderFunc(JSContext*, const char*, void*);
typedef JSModuleDef *JSModuleLoaderFunc2(JSContext*, const char*, void*, JSValue);
typedef int JSModuleCheckSupportedImportAttributes(JSContext*, void*, JSValue);
typedef int JSModuleInitFunc(JSContext*, JSModuleDef*);
typedef JSValue JSEvalInternal(JSContext*, JSValue, const char*, size_t, const char*, int, int, int);

const char *JS_GetVersion(void);
JSRuntime *JS_NewRuntime(void);
void JS_FreeRuntime(JSRuntime*);
JSContext *JS_NewContext(JSRuntime*);
JSContext *JS_NewContextRaw(JSRuntime*);
void JS_FreeContext(JSContext*);
int JS_AddIntrinsicBaseObjects(JSContext*);
int JS_AddIntrinsicDate(JSContext*);
int JS_AddIntrinsicDOMException(JSContext*);
int JS_AddIntrinsicEval(JSContext*);
void JS_SetContextOpaque(JSContext*, void*);
int JS_AddIntrinsicJSON(JSContext*);
int JS_AddIntrinsicMapSet(JSContext*);
int JS_AddIntrinsicPromise(JSContext*);
int JS_AddIntrinsicProxy(JSContext*);
int JS_AddIntrinsicRegExp(JSContext*);
int JS_AddIntrinsicTypedArrays(JSContext*);
int JS_AddIntrinsicWeakRef(JSContext*);
void JS_SetMaxStackSize(JSRuntime*, size_t);
void JS_UpdateStackTop(JSRuntime*);
void JS_SetMemoryLimit(JSRuntime*, size_t);
void JS_SetGCThreshold(JSRuntime*, size_t);
void JS_RunGC(JSRuntime*);
void JS_ComputeMemoryUsage(JSRuntime*, JSMemoryUsage*);

JSValue JS_Eval2(JSContext*, const char*, size_t, JSEvalOptions*);
JSValue JS_EvalFunction(JSContext*, JSValue);
int JS_ResolveModule(JSContext*, JSValue);
JSValue JS_GetModuleNamespace(JSContext*, JSModuleDef*);
JSValue JS_GetImportMeta(JSContext*, JSModuleDef*);
JSValue JS_LoadModule(JSContext*, const char*, const char*);
uint8_t *JS_WriteObject(JSContext*, size_t*, JSValue, int);
JSValue JS_ReadObject(JSContext*, const uint8_t*, size_t, int);
void js_free(JSContext*, void*);
char *js_strndup(JSContext*, const char*, size_t);

JSValue JS_GetGlobalObject(JSContext*);
JSValue JS_GetPropertyStr(JSContext*, JSValue, const char*);
int JS_SetPropertyStr(JSContext*, JSValue, const char*, JSValue);
int JS_DefinePropertyValueStr(JSContext*, JSValue, const char*, JSValue, int);
int JS_HasProperty(JSContext*, JSValue, JSAtom);
JSAtom JS_NewAtomLen(JSContext*, const char*, size_t);
void JS_FreeAtom(JSContext*, JSAtom);
JSValue JS_NewObject(JSContext*);
JSValue JS_NewArray(JSContext*);
JSValue JS_GetPrototype(JSContext*, JSValue);
void JS_FreeAtomRT(JSRuntime*, JSAtom);
void JS_FreeValue(JSContext*, JSValue);
JSValue JS_DupValue(JSContext*, JSValue);
JSValue JS_NewCFunctionData2(JSContext*, JSCFunctionData*, const char*, int, int, int, JSValue*);
JSValue JS_Call(JSContext*, JSValue, JSValue, int, JSValue*);
int JS_ExecutePendingJob(JSRuntime*, JSContext**);
bool JS_IsJobPending(JSRuntime*);

JSValue JS_NewArrayBufferCopy(JSContext*, const uint8_t*, size_t);
uint8_t *JS_GetArrayBuffer(JSContext*, size_t*, JSValue);
bool JS_IsArrayBuffer(JSValue);
int JS_GetTypedArrayType(JSValue);
JSValue JS_GetTypedArrayBuffer(JSContext*, JSValue, size_t*, size_t*, size_t*);
bool JS_IsFunction(JSContext*, JSValue);
bool JS_IsPromise(JSValue);
int JS_PromiseState(JSContext*, JSValue);
JSValue JS_PromiseResult(JSContext*, JSValue);
JSValue JS_NewStringLen(JSContext*, const char*, size_t);
JSValue JS_NewStringUTF16(JSContext*, const uint16_t*, size_t);
const char *JS_ToCStringLen2(JSContext*, size_t*, JSValue, bool);
void JS_FreeCString(JSContext*, const char*);
JSValue JS_ParseJSON(JSContext*, const char*, size_t, const char*);
JSValue JS_JSONStringify(JSContext*, JSValue, JSValue, JSValue);

JSValue JS_GetException(JSContext*);
JSValue JS_Throw(JSContext*, JSValue);
JSValue JS_ThrowTypeError(JSContext*, const char*, ...);
JSValue JS_ThrowSyntaxError(JSContext*, const char*, ...);
JSValue JS_ThrowRangeError(JSContext*, const char*, ...);
JSValue JS_ThrowOutOfMemory(JSContext*);
JSValue JS_NewError(JSContext*);
bool JS_IsError(JSValue);
uint32_t JS_GetClassID(JSValue);
bool JS_IsUncatchableError(JSValue);
void JS_SetUncatchableError(JSContext*, JSValue);

void JS_SetHostPromiseRejectionTracker(JSRuntime*, JSHostPromiseRejectionTracker*, void*);
void JS_SetInterruptHandler(JSRuntime*, JSInterruptHandler*, void*);
void JS_SetModuleLoaderFunc(JSRuntime*, JSModuleNormalizeFunc*, JSModuleLoaderFunc*, void*);
void JS_SetModuleLoaderFunc2(JSRuntime*, JSModuleNormalizeFunc*, JSModuleLoaderFunc2*, JSModuleCheckSupportedImportAttributes*, void*);
JSModuleDef *JS_NewCModule(JSContext*, const char*, JSModuleInitFunc*);
int JS_AddModuleExport(JSContext*, JSModuleDef*, const char*);
int JS_SetModuleExport(JSContext*, JSModuleDef*, const char*, JSValue);
int JS_SetModulePrivateValue(JSContext*, JSModuleDef*, JSValue);
JSValue JS_GetModulePrivateValue(JSContext*, JSModuleDef*);
"""

COMPILED = Path(__file__).with_name("compiled_declarations.py")


def write_compiled(path: Path = COMPILED) -> None:
    """Needs cffi's reader of C, which nothing else of ours does."""
    import cffi

    ffi = cffi.FFI()
    ffi.cdef(DECLARATIONS)
    ffi.set_source("engine.js.compiled_declarations", None)
    ffi.emit_python_code(str(path))


if __name__ == "__main__":
    write_compiled()
