"""The steps a penalty, a licence or a coercive measure goes through."""
