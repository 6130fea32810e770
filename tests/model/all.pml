/* The model without a scenario: what every one of them shares. */
#include "steps.pml"
#include "rules.pml"
#include "world.pml"
#include "properties.pml"
#include "honest.pml"
#include "people.pml"
#include "attackers.pml"
