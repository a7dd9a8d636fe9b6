# The tree itself keeps its own rules: who includes whom, and who calls what.
. "$SOURCE_ROOT/tests/lib.sh"

ok "layers" "$SOURCE_ROOT/tools/check_layers"
ok "symbols" "$SOURCE_ROOT/tools/check_symbols" --build "$BUILD_ROOT"
end_tests
